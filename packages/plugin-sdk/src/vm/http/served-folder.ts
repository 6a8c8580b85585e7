import { stat } from 'node:fs/promises';
import type { Complain } from '../../component.ts';
import { Failure, systemReason } from '../../failure.ts';

const detail =
  'Paths are relative to the folder in which bake is started. Check that the folder exists and can be read.';

/** Complains when there is no such folder. */
export async function checkServedFolder(folder: string, complain: Complain): Promise<void> {
  const problem = await problemOf(folder);
  if (problem !== undefined) complain('http_directory', { summary: problem, detail });
}

/** Throws a `Failure` when there is no such folder (any more). */
export async function requireServedFolder(folder: string): Promise<void> {
  const summary = await problemOf(folder);
  if (summary !== undefined) throw new Failure({ summary, detail });
}

async function problemOf(folder: string): Promise<string | undefined> {
  try {
    const found = await stat(folder);
    return found.isDirectory() ? undefined : `"${folder}" in "http_directory" is not a folder`;
  } catch (error) {
    return `Could not find the folder "${folder}" of "http_directory": ${systemReason(error)}`;
  }
}
