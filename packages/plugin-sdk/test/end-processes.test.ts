import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endProcesses } from '../src/end-processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'bake-end-processes-'));
const at = (name: string): string => join(folder, name);
const started: ChildProcess[] = [];
beforeAll(() => {
  chmodSync(folder, 0o755);
  writeFileSync(at('sudo'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${at('asked')}\n`, { mode: 0o755 });
});
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Starts a shell script in a session of its own; gives its process once it has printed a line. */
async function start(script: string): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

/** Ends a process by the script in a shell, put to it as to a machine's. */
function end(pid: number | undefined, words: readonly string[] = []): ChildProcess {
  const script = endProcesses(`[ $p = ${pid} ]`);
  const all = [...words, '/bin/sh', '-c', `exec sh -c '${script}'`];
  const child = spawn(all[0] ?? '', all.slice(1), {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  return child;
}

/** A process that has ended may wait for its parent to take note of it. */
function isAlive(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

test('what does not heed a signal gets the next, with all below it, and nothing else does', async () => {
  const deaf = `echo $$ > ${at('pid')}; trap 'echo INT >> ${at('heard')}' INT; trap 'echo TERM >> ${at('heard')}' TERM; while :; do sleep 0.1; done`;
  writeFileSync(at('deaf'), deaf);
  const other = await start('echo up; exec sleep 600');
  const parent = await start(`echo up; setsid --wait sh ${at('deaf')}; :`);
  while (!existsSync(at('pid'))) await new Promise((done) => setTimeout(done, 20));
  const ending = end(parent.pid);
  expect(await text(ending.stdout as Readable)).toBe('begun\n');
  expect(ending.exitCode ?? (await once(ending, 'exit'))[0]).toBe(0);
  expect(readFileSync(at('heard'), 'utf8')).toBe('INT\nTERM\n');
  expect(isAlive(readFileSync(at('pid'), 'utf8').trim())).toBe(false);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

const noRoot = process.getuid?.() === 0 ? '' : ': giving a process to another user takes root';
(noRoot ? test.skip : test)(`sudo is asked for what belongs to another user${noRoot}`, async () => {
  writeFileSync(at('asked'), '');
  chmodSync(at('asked'), 0o666);
  const victim = await start('echo up; exec sleep 600');
  const ending = end(victim.pid, ['setpriv', '--reuid=65534', '--clear-groups']);
  while (readFileSync(at('asked'), 'utf8') === '')
    await new Promise((done) => setTimeout(done, 20));
  victim.kill();
  await once(ending, 'exit');
  expect(readFileSync(at('asked'), 'utf8')).toMatch(
    new RegExp(`^-n sh -c kill -s INT +${victim.pid}\n`),
  );
});
