/** How soon templates with amazon sources validate, and what many builds of them take of memory, beside Debian's packer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMoto, whyNoMoto } from '../../packages/plugin-sdk/bundle/testing/index.js';
import { bake, env, packer } from './commands.js';
import { timePairs } from './pairs.js';
import { watchedRun } from './watched-run.js';

/** Why it cannot be measured here; `undefined` when it can. */
export const whyNoAmazon = whyNoMoto;

const sources = 5;
const builds = 50;

/** `{ sources, ours, theirs, ratio }` */
export function benchAmazonStart(folder) {
  const cwd = join(folder, 'amazon-start');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'main.pkr.hcl'), template(sources, 'ssh', 'http://127.0.0.1:9'));
  const validate = (program) => [...program, 'validate', '.'];
  return { sources, ...timePairs(validate(bake), validate(packer), { env, cwd, rounds: 15 }) };
}

/** `{ builds, oursMegabytes, theirsMegabytes, ratio }`: instances are made and imaged, but not connected to. */
export async function benchAmazonMemory(folder) {
  const cwd = join(folder, 'amazon-memory');
  mkdirSync(cwd);
  const amis = join(cwd, 'amis.json');
  writeFileSync(amis, JSON.stringify([image]));
  const peak = async (program) => {
    const moto = await startMoto({ MOTO_AMIS_PATH: amis });
    try {
      writeFileSync(join(cwd, 'main.pkr.hcl'), template(builds, 'none', moto.address));
      const options = { cwd, limit: 400_000, env: { ...env, AWS_POLL_DELAY_SECONDS: '2' } };
      const { megabytes, isDone } = await watchedRun([...program, 'build', '.'], options);
      if (!isDone) throw new Error(`${program[0]} took more than this machine has to give`);
      return megabytes;
    } finally {
      await moto.stop();
    }
  };
  const oursMegabytes = await peak(bake);
  const theirsMegabytes = await peak(packer);
  return { builds, oursMegabytes, theirsMegabytes, ratio: oursMegabytes / theirsMegabytes };
}

const image = {
  ami_id: 'ami-0123456789abcdef0',
  name: 'base',
  description: '',
  owner_id: '099720109477',
  public: true,
  virtualization_type: 'hvm',
  architecture: 'x86_64',
  state: 'available',
  platform: null,
  image_type: 'machine',
  hypervisor: 'xen',
  root_device_name: '/dev/sda1',
  root_device_type: 'ebs',
  sriov: 'simple',
  creation_date: '2026-01-01T00:00:00.000Z',
};

function template(count, communicator, endpoint) {
  const names = Array.from({ length: count }, (_, index) => `web${index}`);
  const login = communicator === 'ssh' ? 'ssh_username  = "ubuntu"' : '';
  const source = (name) => `
source "amazon-ebs" "${name}" {
  access_key                 = "key"
  secret_key                 = "secret"
  region                     = "eu-central-1"
  custom_endpoint_ec2        = "${endpoint}"
  skip_credential_validation = true
  skip_metadata_api_check    = true
  skip_region_validation     = true
  ami_name                   = "${name}"
  source_ami                 = "ami-0123456789abcdef0"
  instance_type              = "t3.micro"
  communicator               = "${communicator}"
  ${login}
  tags                       = { Name = "${name}" }
}
`;
  return `${names.map(source).join('')}
build {
  sources = [${names.map((name) => `"amazon-ebs.${name}"`).join(', ')}]
}
`;
}
