import { lstat, mkdir, realpath, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { RunContext } from '../context.ts';
import { Failure, systemReason } from '../failure.ts';
import { identityOf } from '../file-identity.ts';
import { makeFolders } from '../make-folders.ts';
import type { OutputDirectoryWish } from './output-directory.ts';

/** Does the work of the step `makeOutputDirectory`. */
export async function makeFolder(
  path: string,
  context: Pick<RunContext, 'build' | 'journal' | 'onCleanup' | 'ui'>,
  mayGo?: OutputDirectoryWish['mayGo'],
): Promise<readonly string[]> {
  const { build, ui } = context;
  const place = resolve(path);
  if (await lstat(place).catch(() => undefined)) {
    if (!build.force) throw exists(path);
    await refuseToRemove(place, path);
    ui.say('Deleting previous output directory...');
    await rm(place, { recursive: true, force: true }).catch((error: unknown) => {
      throw notMade(path, error, 'remove');
    });
  }
  const label = `output folder ${path}`;
  const above = await makeFolders(dirname(place), context).catch((error: unknown) => {
    throw notMade(path, error, 'make');
  });
  const entry = context.journal({ kind: 'path', label, traces: { path: place } });
  try {
    // Not recursive: of two builds with the same folder only one gets it.
    await mkdir(place, { mode: 0o755 });
    const patience = { maxRetries: 5, retryDelay: 500 };
    const remove = async (): Promise<void> => {
      await mayGo?.();
      await rm(place, { recursive: true, force: true, ...patience });
    };
    context.onCleanup(`remove ${label}`, remove, { onFailureOnly: true, entry });
  } catch (error) {
    entry.close();
    throw (await lstat(place).catch(() => undefined)) ? exists(path) : notMade(path, error, 'make');
  }
  const identity = await identityOf(place);
  if (identity !== undefined) entry.learn({ identity });
  return [place, ...above];
}

/** `-force` must not take a home or the folder that one stands in with it. */
async function refuseToRemove(place: string, path: string): Promise<void> {
  const real = await realpath(place).catch(() => place);
  const precious = await Promise.all(
    [process.cwd(), homedir()].map((folder) => realpath(folder).catch(() => folder)),
  );
  const inside = precious.find((folder) => {
    const below = relative(real, folder);
    return !below.startsWith('..') && !isAbsolute(below);
  });
  if (inside === undefined) return;
  throw new Failure({
    summary: `Output directory "${path}" is not removed, since it holds ${inside}`,
    detail: 'Name a folder for this build alone in "output_directory".',
  });
}

function exists(path: string): Failure {
  return new Failure({
    summary: `Output directory exists: ${path}`,
    detail:
      'Use -force to have it deleted before the build, or name another one in "output_directory".',
  });
}

function notMade(path: string, error: unknown, verb: string): Failure {
  const { code = '' } = error as NodeJS.ErrnoException;
  const isBelowFile = code === 'EEXIST' || code === 'ENOTDIR';
  const reason = isBelowFile ? 'what it would be in is no folder' : systemReason(error);
  return new Failure({
    summary: `Could not ${verb} the output directory "${path}": ${reason}`,
    detail:
      'Check the rights of the folder that it is in, or name another one in "output_directory".',
    cause: error,
  });
}
