import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { debianDisk, filesOnDisk, whyNoDebianDisk } from './debian-disk.ts';
import { runBake, scratch } from './run-bake.ts';

jest.setTimeout(900_000);
const reason = whyNoDebianDisk();
const when = reason === undefined ? describe : describe.skip;
const whyNoPacker =
  spawnSync('packer', ['version']).status === 0 ? undefined : 'there is no packer on PATH';

const folder = scratch();
afterAll(() => folder.remove());

test('qemu-debian is a valid template', async () => {
  const cwd = folder.example('qemu-debian');
  const { code, stderr } = await runBake(['validate', '.'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

when(`a disk of Debian${reason === undefined ? '' : `: ${reason}`}`, () => {
  let base = '';
  let baked = '';

  beforeAll(async () => {
    base = debianDisk();
    const cwd = folder.example('qemu-debian');
    const args = ['build', '-var', `image=${base}`, '-var', 'accelerator=tcg', '.'];
    const built = await runBake(args, { cwd });
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(built.stdout).toContain('VM files in directory: output-debian');
    baked = join(cwd, 'output-debian', 'debian.qcow2');
  });

  test('boots, and has what was put on it', async () => {
    const cwd = join(folder.path, 'boot');
    mkdirSync(cwd);
    // A disk on top of the one that was made, which stays as it is.
    writeFileSync(
      join(cwd, 'main.pkr.hcl'),
      `source "qemu" "check" {
        accelerator      = "tcg"
        headless         = true
        disk_image       = true
        use_backing_file = true
        skip_resize_disk = true
        iso_url          = "${baked}"
        iso_checksum     = "none"
        ssh_username     = "packer"
        ssh_password     = "packer"
        shutdown_command = "sudo poweroff"
      }
      build {
        sources = ["qemu.check"]
        provisioner "shell" {
          inline = ["hello", "cat /etc/motd", "stat -c '%U %a' /etc/motd"]
        }
      }`,
    );
    const { code, stdout, stderr } = await runBake(['build', '.'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of ['hello from debian', 'Baked, not configured.', 'root 644']) {
      expect(stdout).toContain(`qemu.check: ${line}`);
    }
  });

  const withPacker = whyNoPacker === undefined ? test : test.skip;
  withPacker(
    `has the files that packer puts on it${whyNoPacker === undefined ? '' : ` (${whyNoPacker})`}`,
    () => {
      const cwd = join(folder.path, 'packer');
      cpSync(folder.example('qemu-debian'), cwd, {
        recursive: true,
        filter: (path) => !path.includes('output-'),
      });
      const path = join(cwd, 'main.pkr.hcl');
      // Packer 1.6.6 knows no required_plugins.
      const text = readFileSync(path, 'utf8').replace(/^packer \{[\s\S]*?^\}\n/m, '');
      writeFileSync(path, text);
      const args = ['build', '-var', `image=${base}`, '-var', 'accelerator=tcg', '.'];
      const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
      const { status, stdout } = spawnSync('packer', args, { cwd, env, encoding: 'utf8' });
      expect({ status, stdout }).toMatchObject({ status: 0 });
      const theirs = join(cwd, 'output-debian', 'debian.qcow2');
      expect(existsSync(theirs)).toBe(true);
      const [ours, packers] = [filesOnDisk(baked, folder.path), filesOnDisk(theirs, folder.path)];
      expect(ours['./usr/local/bin/hello']).toMatch(/^755 0:0 /);
      expect(ours).toEqual(packers);
    },
  );
});
