import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Moves what is in a folder into another on the same file system; files that are there are replaced. */
export async function moveTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && (await isFolder(target))) await moveTree(source, target);
    else await rename(source, target);
  }
}

/** Whether there is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
