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
  writeFileSync(join(cwd, 'main.pkr.hcl'), template(image, scripts));
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

/** It takes a minute, so it is kept. */
function baseDisk() {
  const disk = join(tmpdir(), 'bake-bench-debian.qcow2');
  if (existsSync(disk)) return disk;
  execFileSync(join(example, 'make-base.sh'), ['-q', `${disk}.fresh`], { stdio: 'pipe' });
  renameSync(`${disk}.fresh`, disk);
  return disk;
}

/** "-1s" since Packer takes "0s" for unset and waits ten seconds. */
function template(image, scripts) {
  const script = (_, number) => `
  provisioner "shell" {
    inline = ["echo ${number} | sudo tee -a /etc/steps"]
  }`;
  return `
variable "out" {
  type = string
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
  provisioner "file" {
    source      = "main.pkr.hcl"
    destination = "/tmp/template"
  }
  ${Array.from({ length: scripts }, script).join('')}
}
`;
}
