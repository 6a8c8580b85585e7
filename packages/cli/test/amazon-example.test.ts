import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { whyNoMoto, whyNoSshd } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import { startAmazonCloud } from './amazon-cloud.ts';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const reason = whyNoSshd() ?? whyNoMoto();
const when = reason === undefined ? test : test.skip;

test('amazon-ebs is a valid template, without credentials', async () => {
  const folder = scratch();
  try {
    const cwd = folder.example('amazon-ebs');
    expect(await runBake(['validate', '.'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  } finally {
    folder.remove();
  }
});

testWithPacker('amazon-ebs is a valid template to packer, too', async () => {
  const folder = scratch();
  try {
    const cwd = folder.example('amazon-ebs');
    expect(runPacker(['validate', '.'], { cwd })).toMatchObject({ code: 0 });
  } finally {
    folder.remove();
  }
});

const login = {
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
  AWS_EC2_METADATA_DISABLED: 'true',
};

when(
  `amazon-ebs makes its images in a cloud that moto plays, over SSH${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const folder = scratch();
    const cloud = await startAmazonCloud(folder.path);
    try {
      const cwd = folder.example('amazon-ebs');
      inFolder(join(cwd, 'main.pkr.hcl'), cloud.sshd.folder);
      const vars = [
        `endpoint=${cloud.address}`,
        `ssh_port=${cloud.sshd.target.port}`,
        `ssh_username=${userInfo().username}`,
      ].flatMap((each) => ['-var', each]);
      const env = { ...login, BAKE_STATE_DIR: join(folder.path, 'state') };
      const built = await runBake(['build', ...vars, '.'], { cwd, env });
      expect(built).toMatchObject({ code: 0, stderr: '' });
      const amis = /AMIs were created:\s+eu-central-1: (ami-\w+)\s+eu-west-1: (ami-\w+)/.exec(
        built.stdout,
      );
      expect(amis).not.toBeNull();
      expect(built.stdout).not.toContain('secret-of-the-test');
      expect(readFileSync(join(cloud.sshd.folder, 'motd'), 'utf8')).toBe('Baked by bake.\n');
      for (const [region, ami = ''] of [
        ['eu-central-1', amis?.[1]] as const,
        ['eu-west-1', amis?.[2]] as const,
      ]) {
        const own = { Action: 'DescribeImages', 'Owner.1': 'self' };
        expect(await cloud.ask(region, own, 'imageId')).toEqual([ami]);
        expect(await cloud.ask(region, own, 'value')).toEqual(
          expect.arrayContaining(['hello', 'ami-0ubuntu']),
        );
        expect(await cloud.ask(region, { Action: 'DescribeKeyPairs' }, 'keyName')).toEqual([]);
        const groups = await cloud.ask(region, { Action: 'DescribeSecurityGroups' }, 'groupName');
        expect(new Set(groups)).toEqual(new Set(['default']));
        const states = await cloud.ask(region, { Action: 'DescribeInstances' }, 'name');
        expect(states.filter((one) => /^(running|stopped|pending)$/.test(one))).toEqual([]);
        expect(await cloud.ask(region, { Action: 'DescribeVolumes' }, 'volumeId')).toEqual([]);
      }
      // moto does not keep descriptions.
      const described = cloud.calls.map((call) => call.get('Description.Value')).filter(Boolean);
      const source = 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260101';
      expect(described).toEqual([`Made of ${source}`, `Made of ${source}`]);
    } finally {
      await cloud.stop();
      folder.remove();
    }
  },
  300_000,
);

/** The machine is this computer, whose own files must stay as they are. */
function inFolder(path: string, folder: string): void {
  const template = readFileSync(path, 'utf8')
    .replaceAll('/tmp/motd.txt', join(folder, 'motd.txt'))
    .replaceAll('/etc/motd', join(folder, 'motd'))
    .replaceAll('sudo ', '');
  writeFileSync(path, template);
}
