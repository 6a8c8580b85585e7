import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '@bake/plugin-sdk';

/** A folder of this computer that nobody else can look into, for keys, variables and sockets; it goes away in any case. */
export interface Workspace {
  readonly path: string;
  /** Writes a new file that nobody else can read. */
  write(path: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes it. */
export async function makeWorkspace(context: RunContext): Promise<Workspace> {
  // Short, since the paths of sockets in it can have some hundred characters.
  const path = join(tmpdir(), `bake-ansible-${randomUUID().slice(0, 13)}`);
  const label = `private folder of Ansible ${path}`;
  const entry = context.journal({ kind: 'path', label, traces: { path } });
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
  const cleanup = context.onCleanup('remove the private folder of Ansible', remove, {
    always: true,
    entry,
  });
  await mkdir(path, { mode: 0o700 });
  return {
    path,
    write: (file, text) => writeFile(file, text, { mode: 0o600, flag: 'wx' }),
    remove: () => cleanup.now(),
  };
}
