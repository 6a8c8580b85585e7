import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure, type RunContext } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';

/** Where a formula comes from. */
export interface Formula {
  readonly repository: string;
  /** The folder of the repository that is the formula. */
  readonly folder: string;
  /** A branch, tag or commit. */
  readonly ref: string | undefined;
}

/** Reads `git::URL//FOLDER?ref=VERSION`; `undefined` if it is none. */
export function parseFormula(text: string): Formula | undefined {
  const match = /^git::(\w+:\/\/.+?|[\w.-]+@[^:]+:.+?)\/\/([^?]+?)\/?(?:\?ref=([^&]+))?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, repository = '', folder = '', ref] = match;
  return folder.split('/').includes('..') ? undefined : { repository, folder, ref };
}

/** Gets a formula by git below `target`, a folder here, and gives the folder that it is in. Rejects with a `Failure`. */
export async function fetchFormula(
  { repository, folder, ref }: Formula,
  target: string,
  context: Pick<RunContext, 'signal' | 'ui'>,
): Promise<string> {
  const { signal, ui } = context;
  ui.say(`Getting the formula ${basename(folder)} from ${repository}`);
  await mkdir(target, { recursive: true });
  const clone = await mkdtemp(join(target, 'formula-'));
  const git = async (...args: string[]): Promise<void> => {
    const end = await runProcess({
      program: 'git',
      args: ['-C', clone, ...args],
      env: { GIT_TERMINAL_PROMPT: '0' },
      signal,
      onStderr: (chunk) => ui.output('stderr', chunk),
    });
    if (end.exitCode !== 0) {
      throw new Failure({
        summary: `Could not get the formula from ${repository}: git ended with ${end.exitCode ?? end.signal}`,
        detail: 'What git said is above. Check address and "ref", and that git may get it.',
      });
    }
  };
  await git('init', '--quiet');
  await git('fetch', '--quiet', '--depth=1', '--', repository, ref ?? 'HEAD');
  await git('checkout', '--quiet', 'FETCH_HEAD');
  const path = join(clone, folder);
  const isThere = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return path;
  throw new Failure({
    summary: `There is no folder "${folder}" in ${repository}`,
    detail: 'The part of the formula after "//" names the folder of the repository to take.',
  });
}
