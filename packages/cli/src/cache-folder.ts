import { homedir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError } from './arguments/flags.ts';
import type { Terminal } from './terminal.ts';

/** How much all checkpoints may take up if nobody says. */
export const defaultLimit = '20GB';

/**
 * The folder for what can be made again: `BAKE_CACHE_DIR`, or `bake` in `XDG_CACHE_HOME`, by default `~/.cache`. It may not
 * exist yet.
 */
export function cacheFolder(environment: Terminal['environment']): string {
  const own = environment['BAKE_CACHE_DIR'];
  if (own) return own;
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir();
  return join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'bake');
}

const units: Readonly<Record<string, number>> = { '': 0, K: 1, M: 2, G: 3, T: 4 };

/** Bytes of a size such as `500MB`, `20GB`, `1GiB` or `0`; each unit is 1024 of the one before. Throws an `ArgumentError`. */
export function bytesOf(flag: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]?)i?B?$/i.exec(text.trim()) ?? [];
  const power = units[unit?.toUpperCase() ?? ''];
  if (number !== undefined && power !== undefined) return Number(number) * 1024 ** power;
  throw new ArgumentError(`-${flag} needs a size such as 500MB or 20GB, not "${text}".`);
}
