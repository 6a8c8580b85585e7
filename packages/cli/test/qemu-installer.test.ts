import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

const source = join(import.meta.dirname, 'installer-cd');

/** Programs and their packages, and what cannot be had here. */
function whyNot(): string | undefined {
  const needed = {
    'qemu-system-x86_64': 'qemu-system-x86',
    'qemu-img': 'qemu-utils',
    xorriso: 'xorriso',
    'apt-get': 'apt',
    'dpkg-deb': 'dpkg',
    cpio: 'cpio',
    debugfs: 'e2fsprogs',
  };
  const missing = Object.entries(needed).find(
    ([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  );
  return missing && `there is no ${missing[0]} on PATH (Debian: ${missing[1]})`;
}

/** The CD, made once for each version of what makes it. */
function installerCd(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(source)) hash.update(readFileSync(join(source, name)));
  const folder = join(tmpdir(), 'bake-test-cache');
  const cd = join(folder, `installer-${hash.digest('hex').slice(0, 16)}.iso`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(cd)) execFileSync(join(source, 'make-cd.sh'), [cd], { stdio: 'pipe' });
  return cd;
}

const template = `
variable "cd" { type = string }

source "qemu" "installer" {
  iso_url           = var.cd
  iso_checksum      = "none"
  disk_size         = "128M"
  memory            = 256
  format            = "raw"
  accelerator       = "tcg"
  headless          = true
  http_content      = { "/answers" = "NAME=baked USER=packer PASSWORD=sesame\\n" }
  boot_wait         = "2s"
  boot_key_interval = "20ms"
  boot_command = [
    "install <wait1s>",
    "answers=http://{{ .HTTPIP }}:{{ .HTTPPort }}/answers<enter>",
  ]
  ssh_username     = "packer"
  ssh_password     = "sesame"
  shutdown_command = "poweroff"
}

build {
  sources = ["source.qemu.installer"]
  provisioner "shell" {
    inline = ["echo $(hostname) was provisioned, and can ask $PACKER_HTTP_ADDR > /etc/motd"]
  }
}
`;

/** A file of the first partition of a raw disk, read without mounting it. */
function fileOn(disk: string, path: string): string {
  const start = readFileSync(disk).readUInt32LE(0x1be + 8) * 512;
  return execFileSync('/sbin/debugfs', ['-R', `cat ${path}`, `${disk}?offset=${start}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const reason = whyNot();
if (reason !== undefined) console.warn(`SKIPPED: a machine that is installed from a CD: ${reason}`);
const when = reason === undefined ? test : test.skip;

when(
  `a machine is installed from a CD: the boot line is typed, answers come by HTTP, the disk boots${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const cd = installerCd();
    const folder = scratch();
    try {
      const cwd = folder.path;
      writeFileSync(join(cwd, 'installer.pkr.hcl'), template);
      const built = await runBake(['build', '-var', `cd=${cd}`, '.'], { cwd });
      expect(built).toMatchObject({ code: 0, stderr: '' });
      expect(built.stdout).toContain('Typing the boot command over VNC...');
      const disk = join(cwd, 'output-installer/packer-installer');
      expect(fileOn(disk, '/etc/motd')).toMatch(
        /^baked was provisioned, and can ask 10\.0\.2\.2:\d+\n$/,
      );
      expect(readdirSync(join(cwd, 'output-installer'))).toEqual(['packer-installer']);
    } finally {
      folder.remove();
    }
  },
  600_000,
);

const example = 'qemu-debian-installer';
test(`${example} is a valid template`, async () => {
  const folder = scratch();
  try {
    const cwd = folder.example(example);
    const checked = await runBake(['validate', '.'], { cwd });
    expect(checked).toEqual({ code: 0, stdout: 'The configuration is valid.\n', stderr: '' });
  } finally {
    folder.remove();
  }
});

const whyNoPacker =
  spawnSync('packer', ['version']).status === 0 ? undefined : 'there is no packer on PATH';
(whyNoPacker === undefined ? test : test.skip)(
  `${example} is valid to packer, too${whyNoPacker === undefined ? '' : ` (${whyNoPacker})`}`,
  () => {
    const folder = scratch();
    try {
      const cwd = folder.example(example);
      const main = join(cwd, 'main.pkr.hcl');
      // Packer 1.6.6 has no plugins to require yet, and gets the checksums when it validates.
      const text = readFileSync(main, 'utf8').replace(/^packer \{.*?^\}\n/ms, '');
      writeFileSync(main, text);
      const checksum = `iso_checksum=sha256:${'0'.repeat(64)}`;
      const { stdout, status } = spawnSync('packer', ['validate', '-var', checksum, '.'], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, CHECKPOINT_DISABLE: '1' },
      });
      expect(stdout).not.toContain('Error');
      expect(status).toBe(0);
    } finally {
      folder.remove();
    }
  },
  60_000,
);
