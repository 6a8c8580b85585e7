import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileFailure } from '../messages.ts';

/** A file in a box: its name there, with slashes, and where its content comes from. */
export type BoxFile = { readonly name: string } & (
  | { readonly path: string }
  | { readonly text: string }
);

/** Files of a box by name: what comes later takes the place of what has the same name. */
export function byName(files: readonly BoxFile[]): ReadonlyMap<string, BoxFile> {
  return new Map(files.map((file) => [file.name, file]));
}

/** Local files under their names without folders. */
export function flat(paths: readonly string[]): readonly BoxFile[] {
  return paths.map((path) => ({ name: basename(path), path }));
}

/** When the newest of the local files was last written; 1970 if there are none. Throws a `Failure` when one is not there. */
export async function newestTime(files: Iterable<BoxFile>): Promise<Date> {
  let newest = 0;
  for (const file of files) {
    if (!('path' in file)) continue;
    const { mtimeMs } = await stat(file.path).catch((error: unknown) => {
      throw fileFailure('read', file.path, error);
    });
    newest = Math.max(newest, mtimeMs);
  }
  return new Date(newest);
}
