import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Options, Result, ResultPromise } from 'execa';
import { Failure } from './failure.ts';

/** A local program to run. */
export interface LocalProcess {
  /** A name to look up in PATH, or a path. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Set on top of this process's own environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working folder; this process's own if left out. */
  readonly cwd?: string;
  /** What the program reads; nothing if left out. */
  readonly input?: Readable | string | Uint8Array;
  /** Aborting it ends the program and everything that it started. */
  readonly signal: AbortSignal;
  /** Done before a cancelled program ends, which does nothing meanwhile (on Windows it goes on). Never rejects. */
  readonly beforeEnd?: () => Promise<void>;
  /** What a cancelled program gets first; SIGTERM if left out. Some clean up only when they are interrupted. */
  readonly endSignal?: 'SIGINT' | 'SIGTERM';
  /** Milliseconds that a cancelled program may take to end before it is killed; 5000 if left out. */
  readonly gracePeriod?: number;
  /** Called with each piece of output as it arrives; pieces are not lines. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Takes the program's output in place of `onStdout`, as fast as it can; it is ended afterwards. */
  readonly stdout?: Writable;
}

/** How a program ended. */
export interface ProcessEnd {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  /** `SIGKILL` and the like. */
  readonly signal?: string;
}

/**
 * Runs a local program to its end, whatever its exit code. When the signal aborts, the program and all
 * that it started get `endSignal`, then SIGKILL, and the promise rejects with the signal's reason. Rejects
 * with a `Failure` when the program can't be started. What is still running when this process exits is
 * killed.
 */
export async function runProcess(local: LocalProcess): Promise<ProcessEnd> {
  const { signal, input } = local;
  signal.throwIfAborted();
  const { execa } = await import('execa');
  signal.throwIfAborted();
  const options: Options = {
    env: { ...local.env },
    ...(local.cwd === undefined ? {} : { cwd: local.cwd }),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    buffer: false,
    encoding: 'buffer',
    reject: false,
    // A group of its own (POSIX), so that a signal reaches what the program has started as well.
    detached: process.platform !== 'win32',
    windowsHide: true,
  };
  const subprocess: ResultPromise = execa(local.program, local.args ?? [], options);
  const stopGuarding = guard(subprocess, local);
  try {
    const [result] = await Promise.all([subprocess, readOutput(subprocess, local)]);
    signal.throwIfAborted();
    return await endOf(result, local);
  } finally {
    stopGuarding();
  }
}

/** Reads both streams even when nobody listens: a full pipe would stop the program. */
async function readOutput(subprocess: ResultPromise, local: LocalProcess): Promise<void> {
  const { stdout, stderr } = subprocess;
  const ignore = (): void => undefined;
  stderr?.on('data', local.onStderr ?? ignore);
  if (local.stdout === undefined || stdout === null || stdout === undefined) {
    stdout?.on('data', local.onStdout ?? ignore);
    return;
  }
  await pipeline(stdout, local.stdout).catch((error: unknown) => {
    // Nobody reads the program's output any more, so it need not go on.
    subprocess.kill();
    throw error;
  });
}

/** Ends the whole group on abort and when this process exits; gives how to stop watching. */
function guard(
  subprocess: ResultPromise,
  { signal, beforeEnd, endSignal = 'SIGTERM', gracePeriod = 5000 }: LocalProcess,
): () => void {
  const { pid } = subprocess;
  if (pid === undefined) {
    return () => undefined;
  }
  let killer: NodeJS.Timeout | undefined;
  let isOver = false;
  const onExit = (): void => endGroup(pid, 'SIGKILL');
  const end = (): void => {
    endGroup(pid, endSignal);
    killer = setTimeout(() => {
      endGroup(pid, 'SIGKILL');
      // Whoever left the group may hold the pipes open: nobody waits for them any more.
      subprocess.stdout?.destroy();
      subprocess.stderr?.destroy();
    }, gracePeriod);
  };
  const onAbort = async (): Promise<void> => {
    if (beforeEnd !== undefined) {
      if (process.platform !== 'win32') endGroup(pid, 'SIGSTOP');
      await beforeEnd();
      if (isOver) return;
    }
    end();
    if (process.platform !== 'win32') endGroup(pid, 'SIGCONT');
  };
  process.once('exit', onExit);
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    isOver = true;
    clearTimeout(killer);
    process.removeListener('exit', onExit);
    signal.removeEventListener('abort', onAbort);
    if (signal.aborted) {
      // The program itself is gone; what it started must not outlive the cancel either.
      endGroup(pid, 'SIGKILL');
    }
  };
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

async function endOf(result: Result, local: LocalProcess): Promise<ProcessEnd> {
  if (result.exitCode !== undefined) {
    return { exitCode: result.exitCode };
  }
  if (result.signal !== undefined) {
    return { exitCode: undefined, signal: result.signal };
  }
  throw await startFailure(result, local);
}

async function startFailure(
  { code, cause, originalMessage }: Result,
  { program, cwd }: LocalProcess,
): Promise<Failure> {
  if (cwd !== undefined && !(await isFolder(cwd))) {
    return new Failure({
      summary: `Could not start "${program}": "${cwd}" is not a folder`,
      detail: 'The program was to run in that folder. Create it or name another one.',
      cause,
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such program',
    EACCES: 'it may not be executed',
    ENOEXEC: 'it is not a program that this system can run',
  };
  return new Failure({
    summary: `Could not start "${program}": ${reasons[code ?? ''] ?? originalMessage ?? code}`,
    detail: program.includes('/')
      ? `Check that "${program}" exists and that its file mode lets you execute it.`
      : `Install "${program}" on this machine, or check that the folder it is in is part of PATH.`,
    cause,
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
