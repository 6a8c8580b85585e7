import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sshd } from '@bake/plugin-sdk/testing';
import { describe } from '@jest/globals';
import { type Finished, runBake } from './run-bake.ts';

/** Why a program can't be used here, if it can't. */
export function whyNo(program: string): string | undefined {
  const { error } = spawnSync(program, ['--version']);
  return error === undefined ? undefined : `there is no ${program} on PATH`;
}

/** Tests that need something; without it they are left out, and their title says so. */
export function describeUnless(reason: string | undefined, title: string, body: () => void): void {
  if (reason === undefined) describe(title, body);
  else describe.skip(`${title}: ${reason}`, body);
}

/** Builds an example against the machine behind sshd, in an environment of its own in `folder`. */
export function buildExample(
  example: string,
  sshd: Sshd,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Finished> {
  const home = join(folder, 'tmp');
  mkdirSync(home, { recursive: true });
  const args = ['build', '-color=false', ...flagsFor(sshd, folder, variables), '.'];
  const env = { TMPDIR: home, HOME: home, BAKE_STATE_DIR: join(folder, 'state') };
  return runBake(args, { cwd: example, env });
}

/** Flags that tell an example of the machine, and of more variables. */
export function flagsFor(
  sshd: Sshd,
  folder: string,
  variables: Readonly<Record<string, string>>,
): readonly string[] {
  const { host = '', port = 0, username = '', privateKey = '' } = sshd.target;
  const key = join(folder, 'key');
  writeFileSync(key, privateKey, { mode: 0o600 });
  const all = { host, port: String(port), user: username, key, ...variables };
  return Object.entries(all).map(([name, value]) => `-var=${name}=${value}`);
}
