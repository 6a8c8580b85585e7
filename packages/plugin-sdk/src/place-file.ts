import { randomUUID } from 'node:crypto';
import { chmod, realpath, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunContext } from './context.ts';

/**
 * Has a file written beside its place and moved there when it is whole, so that nobody ever sees half of it.
 * What is unfinished goes away after a failure, and `bake cleanup` finds it after a crash. A file that is there
 * already is replaced and keeps its mode. What is no file, such as `/dev/stdout`, is written to directly.
 * `write` gets the path to write to; what it gives is given back.
 */
export async function placeFile<T>(
  target: string,
  context: Pick<RunContext, 'journal' | 'onCleanup'>,
  write: (path: string) => Promise<T>,
): Promise<T> {
  const there = await stat(target).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return write(target);
  const place = there === undefined ? target : await realpath(target);
  const beside = `${place}.${randomUUID()}.part`;
  const traces = { path: resolve(beside) };
  const entry = context.journal({ kind: 'path', label: `unfinished ${target}`, traces });
  const remove = (): Promise<void> => rm(beside, { force: true });
  const cleanup = context.onCleanup(`remove unfinished ${target}`, remove, { always: true, entry });
  try {
    const result = await write(beside);
    if (there !== undefined) await chmod(beside, there.mode & 0o777);
    await rename(beside, place);
    cleanup.dismiss();
    return result;
  } catch (error) {
    await cleanup.now().catch(() => undefined);
    throw error;
  }
}
