import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  Failure,
  isFailure,
  type Machine,
  makeFolders,
  partEnding,
  placeFile,
  type RunContext,
  systemReason,
} from '@bake/plugin-sdk';
import { expandRemote } from './expand-remote.ts';

/** Copies files and folders from the machine; the source may have `*`, `?` and `[...]` in it. */
export async function download(
  source: string,
  destination: string,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const isFolder = source.endsWith('/');
  const isPattern = /[*?[]/.test(source);
  const keepsName = destination.endsWith('/') && !isFolder && !isPattern;
  const target = keepsName ? join(destination, basename(source)) : destination;
  context.ui.say(`Downloading ${source} => ${destination}`);
  await makeFolder(destination.endsWith('/') ? destination : dirname(destination), context);
  if (isPattern) {
    await downloadMatches(source, target, machine, context);
  } else if (isFolder) {
    // As in Packer the slash says only that it is a folder: it keeps its name.
    const folder = source.replace(/(?<=.)\/+$/, '');
    await downloadFolder(folder, target, machine, context);
  } else {
    await downloadFile(source, target, machine, context);
  }
}

/** Each match keeps its name in the folder `target`. */
async function downloadMatches(
  pattern: string,
  target: string,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const { facts } = machine;
  if (facts.ConnType === 'winrm' || facts.ConnType === 'none') {
    // There is no POSIX shell to expand it: whoever carries files there has to.
    await downloadFolder(pattern, target, machine, context);
    return;
  }
  await makeFolder(target, context);
  for (const { path, isFolder } of await expandRemote(pattern, machine, context.signal)) {
    if (isFolder) {
      await downloadFolder(path, target, machine, context);
    } else {
      await downloadFile(path, join(target, basename(path)), machine, context);
    }
  }
}

/** Communicators put each file in its place when it is whole; of a run that is killed one that is not may remain. */
async function downloadFolder(
  source: string,
  target: string,
  { communicator }: Machine,
  context: RunContext,
): Promise<void> {
  const traces = { path: resolve(target), ending: partEnding };
  const entry = context.journal({ kind: 'parts', label: `unfinished files in ${target}`, traces });
  await communicator.downloadDir(source, target, context.signal).finally(() => entry.close());
}

/** A file that did not come whole does not stay. */
async function downloadFile(
  source: string,
  target: string,
  { communicator }: Machine,
  context: RunContext,
): Promise<void> {
  const { signal } = context;
  try {
    await placeFile(target, context, async (path) => {
      const sink = createWriteStream(path, { mode: 0o644 });
      await once(sink, 'open');
      try {
        await communicator.download(source, sink, signal);
      } finally {
        sink.destroy();
      }
    });
  } catch (error) {
    throw isFailure(error) || signal.aborted ? error : writeFailure(target, error);
  }
}

async function makeFolder(path: string, context: RunContext): Promise<void> {
  await makeFolders(path, context).catch((error: unknown) => {
    throw writeFailure(path, error);
  });
}

function writeFailure(path: string, error: unknown): Failure {
  return new Failure({
    summary: `Could not write "${path}": ${systemReason(error)}`,
    detail:
      'Set "destination" to a path on this machine that you may write to; a folder needs a slash at the end.',
    cause: error,
  });
}
