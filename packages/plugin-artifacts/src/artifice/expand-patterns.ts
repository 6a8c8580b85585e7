import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@bake/plugin-sdk';

/** The files that the patterns stand for, each pattern's sorted. A pattern that matches nothing gives nothing. */
export async function expandPatterns(patterns: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const pattern of patterns) {
    files.push(...(await expandPattern(pattern)));
  }
  return files;
}

const special = /[*?[\\]/;

/** Goes down folder by folder: a pattern never reaches over a slash (Go: `filepath.Glob`). */
async function expandPattern(pattern: string): Promise<readonly string[]> {
  if (!special.test(pattern)) {
    return (await exists(pattern)) ? [pattern] : [];
  }
  const isAbsolute = pattern.startsWith('/');
  let found: readonly string[] = [isAbsolute ? '/' : ''];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    const deeper = await Promise.all(found.map((folder) => step(folder, part)));
    found = deeper.flat();
  }
  return found;
}

/** What in `folder` (empty for the working folder) matches one part of a pattern. */
async function step(folder: string, part: string): Promise<readonly string[]> {
  const within = (name: string): string => (folder === '' ? name : join(folder, name));
  if (!special.test(part)) {
    return (await exists(within(part))) ? [within(part)] : [];
  }
  const names = await readdir(folder || '.').catch(() => []);
  const expression = expressionOf(part);
  return names
    .filter((name) => expression.test(name))
    .sort()
    .map(within);
}

const token = /\\(?<escaped>.)|\[(?<not>\^?)(?<set>(?:\\.|[^\]])+)\]|(?<wild>[*?])|(?<plain>.)/gsu;

/** `*` and `?` match a dot at the start as well, unlike a shell's. Throws a `Failure`. */
function expressionOf(part: string): RegExp {
  const pieces = [...part.matchAll(token)].map(({ groups = {} }) => {
    const { escaped, not = '', set, wild, plain = '' } = groups;
    if (set !== undefined) {
      return `[${not}${set.replace(/\\?(.)/gsu, (_, char: string) => (char === '-' ? char : literal(char)))}]`;
    }
    return wild === undefined ? literal(escaped ?? plain) : wild === '*' ? '[^]*' : '[^]';
  });
  try {
    return new RegExp(`^${pieces.join('')}$`, 'u');
  } catch (error) {
    throw new Failure({
      summary: `Bad pattern "${part}"`,
      detail:
        'Write a range of characters from low to high, for instance "[a-z]", or put a backslash before a bracket that stands for itself.',
      cause: error,
    });
  }
}

/** A character that stands for itself, also in a set. */
function literal(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
