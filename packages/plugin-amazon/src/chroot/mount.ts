import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildContext, Cleanup, Traces } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import * as messages from '../messages.ts';
import { quoted, type Shell } from './shell.ts';

/** Mounts something on a folder, which is made. It is unmounted at the end. */
export async function mount(
  shell: Shell,
  what: { readonly options: string; readonly source: string; readonly path: string },
  { signal, journal, onCleanup }: BuildContext,
): Promise<Cleanup> {
  const { options, source, path } = what;
  await shell.must(`mkdir -p ${quoted(path)}`, { signal });
  const traces = { path, command: shell.wrapped(`umount ${quoted(path)}`) };
  const entry = journal({ kind: 'mount', label: `mount ${path}`, traces });
  const cleanup = onCleanup(`unmount ${path}`, (later) => unmount(traces, later), { entry });
  const words = ['mount', ...(options === '' ? [] : [options]), quoted(source), quoted(path)];
  await shell.must(words.join(' '), { signal });
  return cleanup;
}

/** Unmounts a folder of ours. That nothing is mounted there is fine. */
export async function unmount({ path, command }: Traces, signal: AbortSignal): Promise<void> {
  for (let left = 10; await isMounted(String(path)); left -= 1) {
    let said = '';
    const onStderr = (chunk: Uint8Array): void => {
      said += Buffer.from(chunk).toString();
    };
    const args = ['-c', String(command)];
    const { exitCode } = await runProcess({ program: '/bin/sh', args, signal, onStderr });
    if (exitCode === 0) return;
    if (left === 0) throw messages.stillMounted(String(path), said.trim());
    await sleep(500, undefined, { signal });
  }
}

async function isMounted(path: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const written = path.replace(/[ \t\n\\]/g, (one) => `\\0${one.charCodeAt(0).toString(8)}`);
  return mounts.split('\n').some((line) => line.split(' ')[1] === written);
}
