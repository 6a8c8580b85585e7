import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostics } from '@bake/hcl';
import * as messages from './messages.ts';

/**
 * The files that a path given to `fmt` stands for: itself, or the configuration and variable files of a
 * folder in the order of their names, with those of folders below it when `isRecursive`. Hidden files and
 * what editors leave behind are passed over. What cannot be found or formatted goes to `diagnostics`.
 */
export function findConfigFiles(
  path: string,
  isRecursive: boolean,
  diagnostics: Diagnostics,
): readonly string[] {
  const stats = statsOf(path);
  if (stats?.isDirectory() === true) return filesIn(path, isRecursive, diagnostics);
  if (stats !== undefined && isConfigFile(path)) return [path];
  diagnostics.add(stats === undefined ? messages.noSuchPath(path) : messages.notConfigFile(path));
  return [];
}

/** `undefined` for what is not there or may not be looked at. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function filesIn(
  folder: string,
  isRecursive: boolean,
  diagnostics: Diagnostics,
): readonly string[] {
  return entriesOf(folder, diagnostics).flatMap((entry) => {
    if (isPassedOver(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isRecursive ? filesIn(path, true, diagnostics) : [];
    return isConfigFile(path) ? [path] : [];
  });
}

function entriesOf(folder: string, diagnostics: Diagnostics): readonly Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    diagnostics.add(messages.unreadable(folder, error));
    return [];
  }
}

function isConfigFile(path: string): boolean {
  return path.endsWith('.pkr.hcl') || path.endsWith('.pkrvars.hcl');
}

/** Hidden files, backups of vim and locks of Emacs. */
function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~') || (name.startsWith('#') && name.endsWith('#'));
}
