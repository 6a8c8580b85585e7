import { randomUUID } from 'node:crypto';
import { type CommandResult, endProcesses, type RemoteCommand } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import type { Engine } from '../engine/engine.ts';
import { containerGone } from '../messages.ts';

/** The container that commands run in, and how. */
export interface ExecTarget {
  readonly engine: Engine;
  /** For what is seldom wanted. */
  readonly docker: Docker;
  /** Its name or ID. */
  readonly container: string;
  /** What runs a command: words of which the last holds it. */
  readonly shell: (command: string) => readonly string[];
  readonly user: string | undefined;
  /** Give commands a terminal. */
  readonly pty: boolean;
}

/** Runs a command. Throws a `Failure` when the container or the engine went away: that is no command that failed. */
export async function exec(target: ExecTarget, command: RemoteCommand): Promise<CommandResult> {
  const { engine, container, shell, user, pty } = target;
  const { command: line, stdin, signal, onStdout, onStderr } = command;
  // Cancelling ends it on this side only, so what was started must be found again.
  const mark = `BAKE_COMMAND=${randomUUID()}`;
  const { exitCode } = await engine
    .exec(container, {
      words: shell(line),
      user,
      mark,
      // The engine joins no terminal with an input that is none.
      tty: pty && stdin === undefined,
      signal,
      ...(stdin === undefined ? {} : { input: stdin }),
      ...(onStdout === undefined ? {} : { onStdout }),
      ...(onStderr === undefined ? {} : { onStderr }),
    })
    .catch(async (error: unknown) => {
      if (signal.aborted) await endMarked(target, mark);
      throw error;
    });
  if (exitCode !== 0) await assertRunning(target, signal);
  return { exitCode, disconnected: false };
}

/** Throws a `Failure` if the container has ended, or the engine does not answer. */
async function assertRunning(
  { engine, docker, container }: ExecTarget,
  signal: AbortSignal,
): Promise<void> {
  const { isRunning } = await engine.facts(container, signal);
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
const endPatience = 5000;

/** Those that carry the mark, and what they have started with another environment. */
const script = endProcesses(
  'case "$(tr "\\\\0" " " < /proc/$p/environ)" in *"$MARK"*) ;; *) false ;; esac',
);

async function endMarked({ engine, container }: ExecTarget, mark: string): Promise<void> {
  await engine
    .exec(container, {
      words: ['/bin/sh', '-c', `MARK=$0; ${script}`, mark],
      user: '0',
      mark: 'BAKE_COMMAND=none',
      tty: false,
      signal: AbortSignal.timeout(endPatience),
    })
    .catch(() => undefined);
}
