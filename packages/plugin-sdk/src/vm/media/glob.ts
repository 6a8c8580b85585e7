import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a path has wildcards. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * The paths that a pattern matches, sorted, as Go's `filepath.Glob` finds them: `*` and `?` match no slash but do
 * match a leading dot, `[a-z]` and `[^a-z]` one character. Folders that cannot be read hold nothing.
 */
export async function glob(pattern: string): Promise<readonly string[]> {
  const [root = ''] = /^\/+/.exec(pattern) ?? [];
  let found: readonly string[] = [root];
  for (const part of pattern.slice(root.length).split('/')) {
    if (part === '') continue;
    const next = await Promise.all(found.map((folder) => matchesIn(folder, part)));
    found = next.flat();
  }
  return found;
}

async function matchesIn(folder: string, part: string): Promise<readonly string[]> {
  if (!isGlob(part)) {
    const path = join(folder, part);
    return (await lstat(path).catch(() => undefined)) === undefined ? [] : [path];
  }
  const names = await readdir(folder || '.').catch(() => []);
  const pattern = patternOf(part);
  return names
    .filter((name) => pattern.test(name))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(folder, name));
}

/** Whether a pattern can be read: one with an open bracket cannot. */
export function isProperGlob(pattern: string): boolean {
  try {
    for (const part of pattern.split('/')) patternOf(part);
    return true;
  } catch {
    return false;
  }
}

function patternOf(part: string): RegExp {
  const source = part.replace(
    /\[(\^?)((?:\\.|[^\]\\])+)\]|\\(.)|[\s\S]/gu,
    (all, not: string | undefined, set: string | undefined, escaped: string | undefined) => {
      if (set !== undefined) return `[${not}${set.replace(/[[&~]/g, '\\$&')}]`;
      if (escaped !== undefined) return literal(escaped);
      if (all === '*') return '.*';
      return all === '?' ? '.' : literal(all);
    },
  );
  // A bracket that is left over was never closed.
  if (/(?<!\\)\[/.test(part.replace(/\[\^?(?:\\.|[^\]\\])+\]/gu, ''))) {
    throw new SyntaxError('open bracket');
  }
  return new RegExp(`^${source}$`, 'su');
}

function literal(character: string): string {
  return character.replace(/[$()*+./?[\\\]^{|}]/g, '\\$&');
}
