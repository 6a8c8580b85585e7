import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { Complain } from '../../component.ts';
import { Failure, systemReason } from '../../failure.ts';
import { glob, isGlob, isProperGlob } from './glob.ts';

/** A file of a medium: one of this machine's, or a text. */
export type MediaFile =
  | {
      readonly kind: 'file';
      readonly source: string;
      readonly size: number;
      readonly modified: Date;
    }
  | { readonly kind: 'text'; readonly bytes: Buffer };

/** What goes onto a medium, by paths with slashes and without one at the front. */
export interface MediaTree {
  readonly folders: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, MediaFile>;
}

/** Collects what goes onto a medium. Links are followed: the medium gets what they lead to. */
export class MediaCollector implements MediaTree {
  readonly folders = new Set<string>();
  readonly files = new Map<string, MediaFile>();

  /** Adds files and folders by paths and patterns, each below `place` of its name. */
  async add(paths: readonly string[], place: (path: string) => string): Promise<void> {
    for (const path of await expand(paths)) await this.#addTree(path, place(path));
  }

  /** Adds files, and those of folders and all below them, by their names alone. */
  async addFlat(paths: readonly string[]): Promise<void> {
    for (const path of await expand(paths)) {
      for (const file of await filesBelow(path)) await this.#addFile(file, basename(file));
    }
  }

  /** Adds texts by path; they win over what is there. */
  addTexts(texts: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(texts)) {
      const clean = posix.join('/', path.replaceAll('\\', '/')).slice(1);
      this.#addFolder(posix.dirname(clean));
      this.files.set(clean, { kind: 'text', bytes: Buffer.from(text) });
    }
  }

  async #addTree(source: string, place: string): Promise<void> {
    const found = await statOf(source);
    if (!found.isDirectory()) return this.#addFile(source, place);
    this.#addFolder(place);
    for (const name of await namesIn(source)) {
      await this.#addTree(join(source, name), posix.join(place, name));
    }
  }

  async #addFile(source: string, place: string): Promise<void> {
    const { size, mtime: modified } = await statOf(source);
    const other = this.files.get(place);
    if (other?.kind === 'file' && other.source !== source) {
      throw new Failure({
        summary: `"${other.source}" and "${source}" would both be "${place}"`,
        detail: 'Give one of them another name.',
      });
    }
    this.files.set(place, { kind: 'file', source, size, modified });
  }

  #addFolder(path: string): void {
    if (path === '' || path === '.' || path === '/') return;
    this.#addFolder(posix.dirname(path));
    this.folders.add(path);
  }
}

async function expand(paths: readonly string[]): Promise<readonly string[]> {
  const expanded = await Promise.all(
    paths.map(async (path) => (isGlob(path) ? glob(path) : [path])),
  );
  return expanded.flat();
}

async function filesBelow(path: string): Promise<readonly string[]> {
  if (!(await statOf(path)).isDirectory()) return [path];
  const found: string[] = [];
  for (const name of await namesIn(path)) found.push(...(await filesBelow(join(path, name))));
  return found;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort((a, b) => (a < b ? -1 : 1));
}

async function statOf(path: string): Promise<Stats> {
  return stat(path).catch((error: unknown) => {
    throw new Failure({
      summary: `Could not read "${path}": ${systemReason(error)}`,
      detail: 'Paths are relative to the folder in which bake is started.',
      cause: error,
    });
  });
}

/** Checks paths and patterns of an option: that they are there, and match something (as a warning). */
export async function checkPaths(
  option: string,
  paths: readonly string[],
  what: string,
  complain: Complain,
): Promise<void> {
  for (const [index, path] of paths.entries()) {
    const at = `${option}.${index}`;
    if (!isGlob(path)) {
      await stat(path).catch((error: unknown) =>
        complain(at, {
          summary: `Bad ${what} '${path}': ${systemReason(error)}`,
          detail: 'Paths are relative to the folder in which bake is started.',
        }),
      );
    } else if (!isProperGlob(path)) {
      complain(at, {
        summary: `Bad ${what} '${path}': syntax error in pattern`,
        detail: 'A bracket is not closed. Write \\[ for one that is part of a name.',
      });
    } else if ((await glob(path)).length === 0) {
      complain(at, { severity: 'warning', summary: `Nothing matches '${path}'` });
    }
  }
}

/** Checks the paths of texts. */
export function checkTextPaths(
  option: string,
  texts: Readonly<Record<string, string>>,
  complain: Complain,
): void {
  for (const path of Object.keys(texts)) {
    if (posix.join('/', path) !== '/' && !path.endsWith('/')) continue;
    complain(option, {
      summary: `"${path}" in "${option}" is no path of a file`,
      detail: 'Write a name such as "user-data", with folders before it if need be.',
    });
  }
}
