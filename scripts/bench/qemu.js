/** How long a disk of Debian takes (boot, scripts, a file, shutdown), beside Debian's packer on the same disk. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bake, env, packer } from './commands.js';
import { median, timeInTurn } from './pairs.js';

const example = join(import.meta.dirname, '../../examples/qemu-debian');

/** Why it cannot be measured here; `undefined` when it can. */
export function whyNoQemu() {
  if (process.getuid?.() !== 0) return 'the disk is made by root';
  for (const program of ['qemu-system-x86_64', 'qemu-img', 'mmdebstrap', 'grub-mkimage']) {
    if (spawnSync(program, ['--version']).status !== 0) return `there is no ${program} on PATH`;
  }
  return undefined;
}

/**
 * `{ scripts, ours, theirs, ratio, limit }` in milliseconds; `limit` is what the disk takes to boot and shut down alone, of
 * which no tool takes anything away. All run in turn, under TCG, which is there everywhere.
 */
export async function benchQemu(folder, scripts = 2) {
  const cwd = join(folder, 'qemu');
  mkdirSync(cwd);
  const image = baseDisk();
  const script = (_, number) => shell(`echo ${number} | sudo tee -a /etc/steps`);
  const provisioners = [file, ...Array.from({ length: scripts }, script)];
  writeFileSync(join(cwd, 'main.pkr.hcl'), debianTemplate(image, provisioners));
  const build = (program, out) => [...program, 'build', '-force', '-var', `out=${out}`, '.'];
  const commands = {
    ours: build(bake, 'out-bake'),
    theirs: build(packer, 'out-packer'),
    limit: [process.execPath, join(import.meta.dirname, 'boot-disk.js'), image],
  };
  const times = timeInTurn(commands, { rounds: 3, warmUps: 0, env, cwd });
  return {
    scripts,
    ours: median(times.ours),
    theirs: median(times.theirs),
    ratio: median(times.ours.map((time, round) => time / times.theirs[round])),
    limit: median(times.limit),
  };
}

/** Path of the disk that the example's script makes. It takes a minute, so it is kept. */
export function baseDisk() {
  const disk = join(tmpdir(), 'bake-bench-debian.qcow2');
  if (existsSync(disk)) return disk;
  execFileSync(join(example, 'make-base.sh'), ['-q', `${disk}.fresh`], { stdio: 'pipe' });
  renameSync(`${disk}.fresh`, disk);
  return disk;
}

/** A template that gives a disk other provisioners' work. "-1s" since Packer takes "0s" for unset and waits ten seconds. */
export function debianTemplate(image, provisioners) {
  return `
variable "out" {
  type = string
}
variable "last" {
  default = "as it was"
}
source "qemu" "debian" {
  accelerator      = "tcg"
  headless         = true
  disk_image       = true
  skip_compaction  = true
  iso_url          = "${image}"
  iso_checksum     = "none"
  disk_size        = "1G"
  boot_wait        = "-1s"
  vm_name          = "debian.qcow2"
  output_directory = var.out
  ssh_username     = "packer"
  ssh_password     = "packer"
  shutdown_command = "sudo poweroff"
}
build {
  sources = ["source.qemu.debian"]
  ${provisioners.join('')}
}
`;
}

/** A provisioner that runs commands. */
export function shell(...commands) {
  return `
  provisioner "shell" {
    inline = ${JSON.stringify(commands)}
  }`;
}

const file = `
  provisioner "file" {
    source      = "main.pkr.hcl"
    destination = "/tmp/template"
  }`;
