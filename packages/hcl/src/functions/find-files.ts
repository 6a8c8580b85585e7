import { readdirSync, realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { slashed } from './file-path.ts';
import { anyFolders, type GlobPart, parseGlob } from './glob.ts';

/**
 * Files in a folder whose paths match a pattern (see `parseGlob`), as paths from the folder, with
 * slashes, in no particular order. Symbolic links are followed. Throws `FunctionFailure` for a bad pattern.
 */
export function findFiles(folder: string, pattern: string): readonly string[] {
  const found = new Set<string>();
  for (const parts of parseGlob(pattern)) {
    const plain = withoutDots(parts);
    const start = path.resolve(folder, ...plain.up);
    for (const file of matches(start, plain.parts, [])) {
      found.add(slashed(path.relative(folder, file)));
    }
  }
  return [...found];
}

/** The parts with every `.` and every `name/..` taken out, and the `..` that are left at the start. */
function withoutDots(parts: readonly GlobPart[]): {
  up: readonly string[];
  parts: readonly GlobPart[];
} {
  const up: string[] = [];
  const rest: GlobPart[] = [];
  for (const part of parts) {
    if (part === '..' && rest.pop() === undefined) up.push('..');
    if (part !== '.' && part !== '..') rest.push(part);
  }
  return { up, parts: rest };
}

/** `above` are the real paths of the folders on the way here, so that a link to one of them ends the way. */
function matches(
  folder: string,
  [part, ...rest]: readonly GlobPart[],
  above: readonly string[],
): readonly string[] {
  if (part === undefined) return [];
  if (part === anyFolders) return matchesBelow(folder, rest, above);
  const names =
    typeof part === 'string' ? [part] : namesIn(folder).filter((name) => part.test(name));
  return names.flatMap((name) => {
    const full = path.join(folder, name);
    if (rest.length > 0) return matches(full, rest, above);
    return kindOf(full) === 'file' ? [full] : [];
  });
}

function matchesBelow(
  folder: string,
  rest: readonly GlobPart[],
  above: readonly string[],
): readonly string[] {
  const real = realPathOf(folder);
  if (real === undefined || above.includes(real)) return [];
  const here = rest.length > 0 ? matches(folder, rest, above) : [];
  const below = namesIn(folder).flatMap((name) => {
    const full = path.join(folder, name);
    const kind = kindOf(full);
    if (kind === 'folder') return matchesBelow(full, rest, [...above, real]);
    return kind === 'file' && rest.length === 0 ? [full] : [];
  });
  return [...here, ...below];
}

/** Nothing for what is no folder, or may not be read: nothing in it can match. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function kindOf(full: string): 'file' | 'folder' | 'other' {
  try {
    const found = statSync(full);
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : 'other';
  } catch {
    // A link to nowhere, or a name that was removed in the meantime.
    return 'other';
  }
}

function realPathOf(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
