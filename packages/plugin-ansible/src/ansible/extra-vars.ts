import { join } from 'node:path';
import type { Workspace } from './workspace.ts';

/**
 * Arguments for Ansible in which the values of `--extra-vars` stand in private files, where no list of processes shows
 * them. What bake can not read as Ansible would stays as it is.
 */
export async function hideExtraVars(
  args: readonly string[],
  workspace: Workspace,
): Promise<string[]> {
  const hidden: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const joined = /^(?:--extra-vars=|-e)(.+)$/s.exec(arg)?.[1];
    const next = arg === '-e' || arg === '--extra-vars' ? args[index + 1] : undefined;
    const content = asFile(joined ?? next ?? '@');
    if (content === undefined) {
      hidden.push(arg);
      continue;
    }
    if (next !== undefined) index += 1;
    const path = join(workspace.path, `extra-vars-${index}.${content.extension}`);
    await workspace.write(path, content.text);
    hidden.push('-e', `@${path}`);
  }
  return hidden;
}

interface VarsFile {
  readonly text: string;
  readonly extension: 'json' | 'yml';
}

function asFile(value: string): VarsFile | undefined {
  if (value.startsWith('@')) return undefined;
  if (/^[{[]/.test(value)) return { text: value, extension: 'yml' };
  const pairs = keyValues(value);
  return pairs && { text: JSON.stringify(pairs), extension: 'json' };
}

/**
 * `a=1 b="two words"` as Ansible reads it: all values are strings. `undefined` where its rules are more than that
 * (backslashes, Jinja, tabs, words that are no pair).
 */
export function keyValues(text: string): Readonly<Record<string, string>> | undefined {
  if (/[\\{}]|[^\S \n]/.test(text)) return undefined;
  const pairs: Record<string, string> = {};
  let rest = text.trim();
  while (rest !== '') {
    const match = /^(\w+)=("([^"]*)"|'([^']*)'|[^\s"']*)(?:\s+|$)/.exec(rest);
    if (match === null) return undefined;
    const [all, name = '', value = '', double, single] = match;
    pairs[name] = double ?? single ?? value;
    rest = rest.slice(all.length);
  }
  return Object.keys(pairs).length === 0 ? undefined : pairs;
}
