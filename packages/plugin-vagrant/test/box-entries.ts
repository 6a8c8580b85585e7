import { execFileSync } from 'node:child_process';

/** Content of every file in a box by name, in its order, as the program `tar` sees it. */
export function boxEntries(path: string): Record<string, string> {
  const tar = (...args: readonly string[]): string =>
    execFileSync('tar', [...args], { encoding: 'latin1', maxBuffer: 1 << 26 });
  const names = tar('-tf', path).split('\n').filter(Boolean);
  return Object.fromEntries(names.map((name) => [name, tar('-xOf', path, name)]));
}

/** A Vagrantfile without comments and layout, and with one way to write names. */
export function plainRuby(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}
