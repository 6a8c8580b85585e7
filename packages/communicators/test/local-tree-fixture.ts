import { chmod, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `listing` gives for `makeTree`. */
export const treeListing = [
  '755 folder deep',
  '755 folder deep/empty folder',
  `644 file deep/it's "so" $HOME; *`,
  '640 file deep/läng name.txt',
  '755 folder linked',
  '600 file linked/inside',
  '644 file plain',
  '700 file run me.sh',
];

/** Modes, an empty folder and file, names that shells and ASCII find hard, and a linked folder, which is followed. */
export async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, 'deep', 'empty folder'), { recursive: true });
  await writeFile(join(root, 'plain'), 'plain');
  await writeFile(join(root, 'run me.sh'), '#!/bin/sh\n');
  await writeFile(join(root, 'deep', 'läng name.txt'), '');
  await writeFile(join(root, 'deep', `it's "so" $HOME; *`), 'hard');
  const target = join(root, '..', 'link target');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'inside'), 'inside');
  await symlink('../link target', join(root, 'linked'));
  await chmod(target, 0o755);
  await chmod(join(target, 'inside'), 0o600);
  await chmod(join(root, 'plain'), 0o644);
  await chmod(join(root, 'run me.sh'), 0o700);
  await chmod(join(root, 'deep', 'läng name.txt'), 0o640);
  await chmod(join(root, 'deep', `it's "so" $HOME; *`), 0o644);
  for (const folder of ['deep', 'deep/empty folder']) await chmod(join(root, folder), 0o755);
}

/** Every file and folder below a folder, with modes. */
export async function listing(root: string, prefix = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(join(root, prefix))).sort()) {
    const path = join(prefix, name);
    const stats = await lstat(join(root, path));
    const mode = (stats.mode & 0o777).toString(8);
    lines.push(
      `${mode} ${stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'} ${path}`,
    );
    if (stats.isDirectory()) lines.push(...(await listing(root, path)));
  }
  return lines;
}
