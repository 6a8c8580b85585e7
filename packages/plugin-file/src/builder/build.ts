import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type Artifact,
  type BuildContext,
  Failure,
  identityOf,
  isFailure,
  makeFolders,
  openLocalFile,
  placeFile,
  removeEmptyFolders,
  systemReason,
} from '@bake/plugin-sdk';
import type { FileConfig } from './component.ts';
import { mockMachine } from './mock-machine.ts';

/** Makes the file, lets provisioners run against nothing, and gives the file as artifact. */
export async function build(file: FileConfig, context: BuildContext): Promise<Artifact> {
  const { target } = file;
  let madeFolders: readonly string[] = [];
  try {
    madeFolders = await makeFolders(dirname(target), context);
    await placeFile(target, context, async (path) => {
      await write(file, path, context);
      await keepUntilDone(target, path, context);
    });
  } catch (error) {
    throw isFailure(error) || context.signal.aborted ? error : writeFailure(target, error);
  }
  await context.provision(mockMachine, {});
  return {
    builderId: 'packer.file',
    id: 'File',
    files: [target],
    description: `Stored file: ${target}`,
    async destroy() {
      await rm(target, { force: true });
      await removeEmptyFolders(madeFolders);
    },
  };
}

/** The file stays only if the build is good; it is known by what was written to `path`, before it is in its place. */
async function keepUntilDone(target: string, path: string, context: BuildContext): Promise<void> {
  const identity = await identityOf(path);
  const traces = { path: resolve(target), ...(identity !== undefined && { identity }) };
  const entry = context.journal({ kind: 'path', label: `file ${target}`, traces });
  context.onCleanup('remove file', () => rm(target, { force: true }), {
    onFailureOnly: true,
    entry,
  });
}

async function write(
  { source, content = '', target }: FileConfig,
  path: string,
  { ui, signal }: BuildContext,
): Promise<void> {
  if (!source) {
    await writeFile(path, content, { mode: 0o600, signal });
    return;
  }
  ui.say(`Copying ${source} to ${target}`);
  const { data } = await openLocalFile(
    source,
    'Set "source" to a file that exists and can be read.',
  );
  const output = createWriteStream(path);
  await pipeline(data, output, { signal });
  ui.say(`Copied ${output.bytesWritten} bytes`);
}

function writeFailure(target: string, error: unknown): Failure {
  return new Failure({
    summary: `Could not write "${target}": ${systemReason(error)}`,
    detail: 'Set "target" to a file in a folder that you may write to.',
    cause: error,
  });
}
