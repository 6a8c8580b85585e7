import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@bake/plugin-sdk/process';
import type { Workspace } from './workspace.ts';

/** The folder for sockets of connections that Ansible shares between its tasks. */
export async function socketFolder(workspace: Workspace): Promise<string> {
  const path = join(workspace.path, 'cp');
  await mkdir(path, { mode: 0o700, recursive: true });
  return path;
}

/** Ends those that are still open: they would outlive Ansible by a minute. Never rejects. */
export async function endSharedConnections(workspace: Workspace, host: string): Promise<void> {
  const folder = join(workspace.path, 'cp');
  for (const name of await readdir(folder).catch(() => [])) {
    const args = ['-O', 'exit', '-o', `ControlPath=${join(folder, name)}`, host];
    const signal = AbortSignal.timeout(5000);
    await runProcess({ program: 'ssh', args, signal }).catch(() => undefined);
  }
}
