import { homedir } from 'node:os';
import * as path from 'node:path';
import type { FunctionContext } from './define-function.ts';
import { FunctionFailure } from './define-function.ts';

/** The last element of a path, as Go has it: `.` of nothing, `/` of the root. */
export function baseName(text: string): string {
  if (text === '') return '.';
  return slashed(path.basename(text) || path.sep);
}

/** All but the last element of a path, cleaned, as Go has it: of `a/b/` it is `a/b`. */
export function dirName(text: string): string {
  const end = Math.max(text.lastIndexOf('/'), path.sep === '\\' ? text.lastIndexOf('\\') : -1);
  return clean(text.slice(0, end + 1));
}

/** The path without `.`, `..`, doubled and trailing separators where they can go; `.` for nothing. */
export function clean(text: string): string {
  const normal = path.normalize(text);
  return slashed(normal === path.parse(normal).root ? normal : normal.replace(/[\\/]+$/, trailing));
}

/** The path as it is, with `~` at its start replaced by the home folder. Throws `FunctionFailure` for `~user`. */
export function expandHome(text: string, { environment }: FunctionContext): string {
  if (!text.startsWith('~')) return text;
  if (text !== '~' && !/^~[/\\]/.test(text)) {
    const message =
      'Only "~" alone stands for a home folder; that of another user has to be written out.';
    throw new FunctionFailure(message, 0);
  }
  const variable = process.platform === 'win32' ? 'USERPROFILE' : 'HOME';
  return clean(path.join(environment[variable] || homedir(), text.slice(1)));
}

/** Slashes, on Windows too. */
export function slashed(text: string): string {
  return path.sep === '\\' ? text.replaceAll('\\', '/') : text;
}

/** On systems where a backslash is part of a name it stays. */
function trailing(separators: string): string {
  return path.sep === '\\' ? '' : separators.replace(/\/+$/, '');
}
