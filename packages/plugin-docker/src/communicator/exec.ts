import { randomUUID } from 'node:crypto';
import type { CommandResult, RemoteCommand } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { inspectContainer } from '../engine/inspect.ts';
import { containerGone } from '../messages.ts';

/** The container that commands run in, and how. */
export interface ExecTarget {
  readonly docker: Docker;
  /** Its name or ID. */
  readonly container: string;
  /** What runs a command: words of which the last holds it. */
  readonly shell: (command: string) => readonly string[];
  readonly user: string | undefined;
  /** Give commands a terminal. */
  readonly pty: boolean;
}

/**
 * Runs a command. Throws a `Failure` when the container or the engine went away: the program's exit code does not tell
 * that from a command that failed.
 */
export async function exec(target: ExecTarget, command: RemoteCommand): Promise<CommandResult> {
  const { docker, container } = target;
  const { stdin, signal, onStdout, onStderr } = command;
  // Cancelling ends the program on this side only, so what it started must be found again.
  const mark = `BAKE_COMMAND=${randomUUID()}`;
  const end = await docker
    .attempt(execArguments(target, command, mark), {
      signal,
      ...(stdin === undefined ? {} : { input: stdin }),
      ...(onStdout === undefined ? {} : { onStdout }),
      ...(onStderr === undefined ? {} : { onStderr }),
    })
    .catch(async (error: unknown) => {
      if (signal.aborted) await killMarked(target, mark);
      throw error;
    });
  if (end.exitCode !== 0) await assertRunning(docker, container, signal);
  return { exitCode: end.exitCode, disconnected: false };
}

function execArguments(
  { container, shell, user, pty }: ExecTarget,
  { command, stdin }: RemoteCommand,
  mark: string,
): readonly string[] {
  // The program refuses to join a terminal with an input that is none.
  const streams = pty && stdin === undefined ? ['--tty'] : ['--interactive'];
  const who = user ? ['--user', user] : [];
  return ['exec', ...streams, ...who, '--env', mark, container, ...shell(command)];
}

/** Throws a `Failure` if the container has ended, or the engine does not answer. */
async function assertRunning(
  docker: Docker,
  container: string,
  signal: AbortSignal,
): Promise<void> {
  const { isRunning } = await inspectContainer(docker, container, signal);
  if (isRunning) return;
  let last = '';
  const keep = (chunk: Uint8Array): void => {
    last += Buffer.from(chunk).toString('utf8');
  };
  await docker.attempt(['logs', '--tail', '5', container], {
    signal,
    onStdout: keep,
    onStderr: keep,
  });
  throw containerGone(container, last.trim());
}

/** Milliseconds for ending a cancelled command; the container goes away soon after in most cases. */
const killPatience = 5000;

async function killMarked({ docker, container }: ExecTarget, mark: string): Promise<void> {
  const script = `for p in /proc/[0-9]*; do case "$(tr '\\0' ' ' < "$p/environ" 2>/dev/null)" in *"$0"*) kill -9 "\${p#/proc/}"; esac; done`;
  const signal = AbortSignal.timeout(killPatience);
  await docker
    .attempt(['exec', '--user', '0', container, '/bin/sh', '-c', script, mark], { signal })
    .catch(() => undefined);
}
