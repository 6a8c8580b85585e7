import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoMoto, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type AmazonCloud, startAmazonCloud } from './amazon-cloud.ts';
import { runBake, scratch, startBake } from './run-bake.ts';

jest.setTimeout(180_000);

/** A volume is a loop device here, with a system of one program. */
function whyNoChroot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can mount and chroot';
  if (spawnSync('losetup', ['-f']).status !== 0) return 'there are no loop devices';
  if (spawnSync('mkfs.ext4', ['-V']).error !== undefined) return 'there is no mkfs.ext4';
  const { stderr = '' } = spawnSync('ldd', ['/usr/bin/busybox'], { encoding: 'utf8' });
  return /not a dynamic/.test(stderr) ? undefined : 'there is no static busybox';
}

const reason = whyNoSshd() ?? whyNoMoto() ?? whyNoChroot();
const when = reason === undefined ? describe : describe.skip;

when(`amazon-chroot${reason === undefined ? '' : ` (SKIPPED: ${reason})`}`, () => {
  const folder = scratch();
  const device = join(folder.path, 'xvdf');
  const mounted = join(folder.path, 'mnt');
  let cloud: AmazonCloud;
  let loop = '';

  beforeAll(async () => {
    cloud = await startAmazonCloud(folder.path);
    const run = { Action: 'RunInstances', ImageId: 'ami-0ubuntu', MinCount: '1', MaxCount: '1' };
    const [id = ''] = await cloud.ask('eu-central-1', run, 'instanceId');
    cloud.host.id = id;
    cloud.onCall = async (call) => play(call);
  });
  afterAll(async () => {
    if (existsSync(device)) free();
    await cloud?.stop();
    folder.remove();
  });

  const volumeFile = (id: string | null): string => join(folder.path, `${id}.img`);

  /** What AWS does to this machine. */
  function play(call: URLSearchParams): void {
    const file = volumeFile(call.get('VolumeId'));
    switch (call.get('Action')) {
      case 'AttachVolume':
        if (existsSync(device)) return;
        if (!existsSync(file)) {
          writeFileSync(file, '');
          truncateSync(file, 24 * 1024 * 1024);
        }
        loop = execFileSync('losetup', ['-f', '--show', file], { encoding: 'utf8' }).trim();
        symlinkSync(loop, device);
        return;
      case 'DetachVolume':
        if (existsSync(device)) free();
        return;
      case 'CreateSnapshot':
        copyFileSync(file, join(folder.path, 'snapshot.img'));
    }
  }

  function free(): void {
    unlinkSync(device);
    execFileSync('losetup', ['-d', loop]);
  }

  function settings(inline: string) {
    const template = `
source "amazon-chroot" "web" {
  region                  = "eu-central-1"
  custom_endpoint_ec2     = "${cloud.address}"
  ami_name                = "chroot-${inline.length}"
  from_scratch            = true
  ami_virtualization_type = "hvm"
  root_device_name        = "/dev/xvda"
  root_volume_size        = 1
  device_path             = "${device}"
  mount_path              = "${mounted}"
  mount_partition         = "0"
  pre_mount_commands      = ["mkfs.ext4 -q {{.Device}}"]
  post_mount_commands = [
    "mkdir -p {{.MountPath}}/bin {{.MountPath}}/etc {{.MountPath}}/tmp",
    "cp /usr/bin/busybox {{.MountPath}}/bin/ && chroot {{.MountPath}} /bin/busybox --install -s /bin",
    "ln -s /etc/from-the-host {{.MountPath}}/etc/hosts",
  ]
  chroot_mounts = [["proc", "proc", "/proc"], ["bind", "/dev", "/dev"]]
  copy_files    = ["/etc/hosts"]
  ami_block_device_mappings {
    device_name = "/dev/xvda"
  }
  aws_polling {
    delay_seconds = 1
  }
}
build {
  sources = ["amazon-chroot.web"]
  provisioner "file" {
    source      = "tree"
    destination = "/srv"
  }
  provisioner "shell" {
    inline = ["${inline}"]
  }
  provisioner "file" {
    direction   = "download"
    source      = "/report.txt"
    destination = "report.txt"
  }
}
`;
    const cwd = folder.path;
    execFileSync('mkdir', ['-p', join(cwd, 'tree', 'deep')]);
    writeFileSync(join(cwd, 'tree', 'deep', 'file.txt'), 'from here\n');
    writeFileSync(join(cwd, 'main.pkr.hcl'), template);
    const env = {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: cloud.address,
      BAKE_STATE_DIR: join(cwd, 'state'),
    };
    return { cwd, env };
  }

  const mounts = (): string => readFileSync('/proc/self/mounts', 'utf8');

  test('fills a volume by chroot and makes an image of its snapshot', async () => {
    const place = settings(
      '(pwd; ls /srv/tree/deep; cat /srv/tree/deep/file.txt) > /report.txt; cat /etc/hosts > /hosts',
    );
    const built = await runBake(['build', 'main.pkr.hcl'], place);
    expect([built.code, built.stdout]).toEqual([0, built.stdout]);
    expect(built.stdout).toMatch(/AMIs were created:\s+eu-central-1: ami-\w+/);
    expect(readFileSync(join(folder.path, 'report.txt'), 'utf8')).toBe('/\nfile.txt\nfrom here\n');
    const read = (path: string): string =>
      execFileSync('debugfs', ['-R', `cat ${path}`, join(folder.path, 'snapshot.img')], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(read('/report.txt')).toContain('from here');
    expect(read('/hosts')).toBe(readFileSync('/etc/hosts', 'utf8'));
    expect(read('/etc/hosts')).toBe('');
    expect(mounts()).not.toContain(mounted);
    expect(existsSync(device)).toBe(false);
    const volumes = await cloud.ask('eu-central-1', { Action: 'DescribeVolumes' }, 'status');
    expect(volumes).not.toContain('available');
    const registered = cloud.calls.find((call) => call.get('Action') === 'RegisterImage');
    expect(registered?.get('BlockDeviceMapping.1.Ebs.SnapshotId')).toMatch(/^snap-/);
  });

  test('after kill -9 in the chroot, bake cleanup unmounts and removes all', async () => {
    const place = settings('touch /started; sleep 300; echo never');
    const running = startBake(['build', 'main.pkr.hcl'], place);
    while (!existsSync(join(mounted, 'started'))) {
      if (running.process.exitCode !== null) throw new Error((await running.finished).stdout);
      await sleep(100);
    }
    running.process.kill('SIGKILL');
    await running.finished;
    expect(mounts()).toContain(`${mounted}/proc`);
    expect(await runBake(['cleanup'], place)).toMatchObject({ code: 0, stderr: '' });
    expect(mounts()).not.toContain(mounted);
    expect(existsSync(device)).toBe(false);
    const volumes = await cloud.ask('eu-central-1', { Action: 'DescribeVolumes' }, 'status');
    expect(volumes).not.toContain('available');
  });
});
