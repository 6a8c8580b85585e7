import { mkdir, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes a folder with all above it, and gives those that were not there before, deepest first. */
export async function makeFolders(path: string): Promise<readonly string[]> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return [];
  const made: string[] = [];
  for (let folder = resolve(path); folder !== dirname(resolve(first)); folder = dirname(folder)) {
    made.push(folder);
  }
  return made;
}

/** Takes them away again, as long as nothing came into them. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  try {
    for (const folder of made) await rmdir(folder);
  } catch {
    // Someone keeps something there, so it stays, and what is above it.
  }
}
