import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '@bake/plugin-sdk';

/** A folder for files that nobody wants to keep. */
export interface ScratchFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a folder that goes away with the build at the latest, or by `bake cleanup` after a crash. */
export async function scratchFolder(
  prefix: string,
  { journal, onCleanup }: Pick<RunContext, 'journal' | 'onCleanup'>,
): Promise<ScratchFolder> {
  const path = join(tmpdir(), `${prefix}${randomUUID()}`);
  const entry = journal({ kind: 'path', label: `folder ${path}`, traces: { path } });
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
  const cleanup = onCleanup(`remove ${path}`, remove, { always: true, entry });
  await mkdir(path, { mode: 0o700 });
  return { path, remove: () => cleanup.now() };
}
