import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { debianDisk, filesOnDisk, whyNoDebianDisk } from './debian-disk.ts';
import { runBake, scratch } from './run-bake.ts';

jest.setTimeout(900_000);
const reason = whyNoDebianDisk();
const when = reason === undefined ? describe : describe.skip;

const template = `
variable "image" {}
variable "last" { default = "as it was" }
source "qemu" "debian" {
  iso_url          = var.image
  iso_checksum     = "none"
  disk_image       = true
  skip_resize_disk = true
  accelerator      = "tcg"
  headless         = true
  ssh_username     = "packer"
  ssh_password     = "packer"
  ssh_timeout      = "10m"
  shutdown_command = "sudo poweroff"
  output_directory = "out"
}
build {
  sources = ["qemu.debian"]
  provisioner "shell" {
    inline = ["mkdir /dev/shm/kept", "echo one | sudo tee /etc/steps"]
  }
  provisioner "file" {
    source      = "main.pkr.hcl"
    destination = "/home/packer/template"
  }
  provisioner "shell" {
    inline = ["ls -d /dev/shm/kept", "echo \${var.last} | sudo tee -a /etc/steps", "date +now=%s"]
  }
}
`;

when(`checkpoints of machines in QEMU${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  afterAll(() => folder.remove());

  test('go on where it matters, and give the same disk', async () => {
    const cwd = folder.path;
    const cache = join(cwd, 'cache');
    const env = { BAKE_CACHE_DIR: cache, BAKE_STATE_DIR: join(cwd, 'state') };
    writeFileSync(join(cwd, 'main.pkr.hcl'), template);
    const build = async (...flags: readonly string[]): Promise<string> => {
      const args = ['build', '-force', '-var', `image=${debianDisk()}`, ...flags, '.'];
      const { code, stdout, stderr } = await runBake(args, { cwd, env });
      expect(code === 0 ? stderr : stdout + stderr).toBe('');
      return stdout;
    };
    const disk = join(cwd, 'out', 'packer-debian');
    /** All but the machine's own record of when it was started and who logged in. */
    const content = (): unknown => ({ ...filesOnDisk(disk, cwd), './var/log/wtmp': '' });
    const changed = ['-var', 'last=another'];

    expect(await build('-cache')).toContain('there is no checkpoint of it yet');
    const finished = content();

    const again = await build('-cache');
    expect(again).toContain('Nothing is left to provision');
    expect(again).not.toContain('Starting VM');
    expect(content()).toEqual(finished);

    // The machine itself goes on, with what is in its memory, and knows what time it is.
    const start = Date.now() / 1000;
    const other = await build('-cache', ...changed);
    expect(other).toContain('Going on after provisioner 2 of 3');
    expect(other).toContain('/dev/shm/kept');
    expect(Number(/now=(\d+)/.exec(other)?.[1])).toBeGreaterThanOrEqual(Math.floor(start));
    const ours = content();
    await build(...changed);
    expect(ours).toEqual(content());

    const list = await runBake(['cache', 'list', '-json'], { env });
    for (const line of list.stdout.split('\n').filter(Boolean)) {
      const { traces } = JSON.parse(line) as { readonly traces: { readonly disk: string } };
      truncateSync(traces.disk, 1000);
    }
    expect(
      (await runBake(['cache', 'explain', '-var', `image=${debianDisk()}`, '.'], { cwd, env }))
        .stdout,
    ).toContain('1. shell runs: its checkpoint is not there any more');
    const { code, stdout } = await runBake(['cache', 'prune', '-all'], { env });
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain('There are no checkpoints.');
  });
});
