import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoQemu } from '@bake/plugin-sdk/testing';

const script = join(
  import.meta.dirname,
  ...['..', '..', '..', 'examples', 'qemu-debian', 'make-base.sh'],
);

/** Why the example's script can make no disk of Debian here, if it cannot. */
export function whyNoDebianDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it wants root on Linux';
  for (const program of ['mmdebstrap', 'grub-mkimage', 'sfdisk', 'mke2fs', 'debugfs']) {
    const found = spawnSync('sh', ['-c', `PATH=$PATH:/sbin:/usr/sbin command -v ${program}`]);
    if (found.status !== 0) return `there is no ${program}`;
  }
  if (!existsSync('/usr/lib/grub/i386-pc/boot.img'))
    return 'there is no GRUB (Debian: grub-pc-bin)';
  return whyNoQemu();
}

/**
 * A disk of Debian, made by the example's script, whose first process is busybox. It takes a minute, so the disk is kept in
 * the folder for temporary files, compressed, until the script changes.
 */
export function debianDisk(): string {
  const digest = createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), 'bake-test-disks');
  const kept = join(folder, `debian-${digest}.qcow2`);
  if (existsSync(kept)) return kept;
  mkdirSync(folder, { recursive: true });
  const fresh = join(folder, `fresh-${process.pid}.qcow2`);
  try {
    execFileSync(script, ['-q', fresh], { stdio: 'pipe' });
    execFileSync('qemu-img', ['convert', '-c', '-O', 'qcow2', fresh, `${fresh}.small`]);
    renameSync(`${fresh}.small`, kept);
  } finally {
    for (const path of [fresh, `${fresh}.small`]) rmSync(path, { force: true });
  }
  return kept;
}

/**
 * What is in the file system of such a disk: mode, owner and checksum of every file, and where links lead, by path. Needs
 * neither mounts nor a machine: debugfs reads it.
 */
export function filesOnDisk(disk: string, scratchFolder: string): Record<string, string> {
  const raw = join(scratchFolder, 'disk.raw');
  const tree = join(scratchFolder, 'tree');
  mkdirSync(tree);
  try {
    execFileSync('qemu-img', ['convert', '-O', 'raw', disk, raw]);
    const partition = `${raw}?offset=${2048 * 512}`;
    execFileSync('/sbin/debugfs', ['-R', `rdump / ${tree}`, partition], { stdio: 'pipe' });
    return Object.fromEntries(walk(tree, '.'));
  } finally {
    rmSync(raw, { force: true });
    rmSync(tree, { recursive: true });
  }
}

/** Links are not followed: some lead out of the tree. */
function walk(tree: string, below: string): readonly (readonly [string, string])[] {
  const names = readdirSync(join(tree, below)).sort();
  return names.flatMap((name) => {
    const path = `${below}/${name}`;
    const found = lstatSync(join(tree, path));
    const more = found.isDirectory() ? walk(tree, path) : [];
    return [[path, described(join(tree, path), found)] as const, ...more];
  });
}

function described(path: string, found: Stats): string {
  const owned = `${(found.mode & 0o7777).toString(8)} ${found.uid}:${found.gid}`;
  if (found.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!found.isFile()) return `${owned} no file`;
  return `${owned} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
