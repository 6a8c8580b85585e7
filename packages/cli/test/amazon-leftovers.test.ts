import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { whyNoMoto, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AmazonCloud, leftovers, startAmazonCloud } from './amazon-cloud.ts';
import { runBake, scratch, startBake } from './run-bake.ts';

jest.setTimeout(120_000);
const reason = whyNoSshd() ?? whyNoMoto();
const when = reason === undefined ? describe : describe.skip;
const regions = ['eu-central-1', 'eu-west-1'];

when(`what amazon builds leave behind${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  let cloud: AmazonCloud;
  let before: readonly string[];

  beforeAll(async () => {
    cloud = await startAmazonCloud(folder.path);
    before = await leftovers(cloud, regions);
  });
  beforeEach(() => {
    cloud.onCall = async () => undefined;
  });
  afterAll(async () => {
    await cloud?.stop();
    folder.remove();
  });

  let count = 0;
  function place() {
    count += 1;
    const cwd = join(folder.path, `${count}`);
    mkdirSync(cwd);
    const { port } = cloud.sshd.target;
    const template = `
source "amazon-ebs" "web" {
  region              = "eu-central-1"
  custom_endpoint_ec2 = "${cloud.address}"
  ami_name            = "web-${count}"
  ami_regions         = ["eu-west-1"]
  source_ami          = "ami-0ubuntu"
  instance_type       = "t3.micro"
  ssh_username        = "${userInfo().username}"
  ssh_port            = ${port}
  tags                = { Of = "{{ .SourceAMI }}" }
  aws_polling {
    delay_seconds = 1
  }
}
build {
  sources = ["amazon-ebs.web"]
  provisioner "shell" {
    inline = ["echo provisioned"]
  }
}
`;
    writeFileSync(join(cwd, 'main.pkr.hcl'), template);
    const env = {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
      AWS_EC2_METADATA_DISABLED: 'true',
      BAKE_STATE_DIR: join(cwd, 'state'),
    };
    return { cwd, env };
  }

  /** Starts a build and interrupts it as soon as a call has taken effect, before bake hears of it. */
  async function interrupted(action: string, signal: NodeJS.Signals) {
    const settings = place();
    const running = startBake(['build', 'main.pkr.hcl'], settings);
    let hits = 0;
    cloud.onCall = async (call) => {
      if (call.get('Action') !== action || hits > 0) return;
      hits += 1;
      running.process.kill(signal);
      if (signal === 'SIGKILL') await running.finished;
    };
    const end = await running.finished;
    expect(hits).toBe(1);
    cloud.onCall = async () => undefined;
    return { end, settings };
  }

  const actions = [
    'CreateKeyPair',
    'CreateSecurityGroup',
    'RunInstances',
    'StopInstances',
    'CreateImage',
    'CopyImage',
    'CreateTags',
  ];

  test.each(actions)('after kill -9 at %s, bake cleanup removes all', async (action) => {
    const { settings } = await interrupted(action, 'SIGKILL');
    expect(await leftovers(cloud, regions)).not.toEqual(before);
    const cleaned = await runBake(['cleanup'], settings);
    expect(cleaned).toMatchObject({ code: 0, stderr: '' });
    expect(await leftovers(cloud, regions)).toEqual(before);
    expect(cleaned.stdout).not.toContain('secret-of-the-test');
    const again = await runBake(['cleanup'], settings);
    expect(again.code).toBe(0);
  });

  test.each(['RunInstances', 'CreateImage', 'CopyImage'])(
    'after Ctrl-C at %s all is gone',
    async (action) => {
      const { end } = await interrupted(action, 'SIGINT');
      expect(end.code).toBe(1);
      expect(await leftovers(cloud, regions)).toEqual(before);
    },
  );
});
