import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, isFailure, timerDelay } from '@bake/plugin-sdk';
import { CommandRunner } from './command-runner.ts';
import { Fault } from './fault.ts';
import { powershell, strict } from './powershell.ts';
import type { Sessions } from './sessions.ts';
import { Shell } from './shell.ts';
import { adviceFor, describeStage, type Stage, TryError } from './stage.ts';

/** Milliseconds: the longest pause between two tries, as in Packer, and the first. */
const longestPause = 5000;
const firstPause = 200;

/** Milliseconds of waiting that nobody needs to be told about. */
const quietFor = 1000;

/** Milliseconds to wait if the template says 0, as in Packer. */
const defaultTimeout = 1_800_000;

const greeting = 'WinRM connected.';

/**
 * Tries until the machine gives us a shell and PowerShell answers in it. Rejects with a `Failure` when time has run out,
 * and at once with the signal's reason. `say` hears how far the tries come, whenever that changes.
 */
export async function waitForWinrm(
  sessions: Sessions,
  timeout: number,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), timerDelay(timeout || defaultTimeout));
  const tries = new Tries(say);
  const either = AbortSignal.any([signal, clock.signal]);
  try {
    await tryUntil(() => openShell(sessions, either), tries, either);
    await tryUntil(() => greet(sessions, either), tries, either);
  } catch (error) {
    if (signal.aborted || !clock.signal.aborted) throw error;
    throw tries.timedOut();
  } finally {
    clearTimeout(timer);
  }
}

async function tryUntil(
  work: () => Promise<void>,
  tries: Tries,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TryError)) throw error;
      tries.add(error);
      await sleep(tries.pause(), undefined, { signal });
    }
  }
}

async function openShell(sessions: Sessions, signal: AbortSignal): Promise<void> {
  try {
    const shell = await Shell.open(sessions, signal);
    await shell.delete(signal);
  } catch (error) {
    throw error instanceof Fault ? new TryError('shell', error.message) : error;
  }
}

/** That a shell opens does not say that commands run: Windows may be in the middle of its setup. */
async function greet(sessions: Sessions, signal: AbortSignal): Promise<void> {
  const output: Buffer[] = [];
  const command = powershell(`${strict};echo "${greeting}"`);
  const take = ({ bytes }: { readonly bytes: Buffer }): void => void output.push(bytes);
  const runner = new CommandRunner(sessions);
  try {
    const { disconnected } = await runner.run({ command, stdin: undefined, take, signal });
    if (disconnected) throw new TryError('check', 'the connection was lost');
  } catch (error) {
    throw isFailure(error) ? new TryError('check', error.message) : error;
  }
  const text = Buffer.concat(output).toString().trim();
  if (text.includes(greeting)) return;
  const said =
    text === '' ? 'there was no output' : `it said ${JSON.stringify(text.slice(0, 200))}`;
  throw new TryError('check', said);
}

class Tries {
  readonly #start = Date.now();
  readonly #say: (text: string) => void;
  #last: TryError | undefined;
  #told: Stage | undefined;
  #total = 0;
  /** At the end of the list, that came to the same. */
  #inARow = 0;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add(error: TryError): void {
    this.#inARow = this.#last?.stage === error.stage ? this.#inARow + 1 : 1;
    this.#last = error;
    this.#total += 1;
    if (error.stage === this.#told || Date.now() - this.#start < quietFor) return;
    this.#told = error.stage;
    this.#say(
      `Still waiting for WinRM after ${this.#elapsed()}: the last try ${describeStage(error)}`,
    );
  }

  /** Quick at first, because a machine that is up needs no waiting for. */
  pause(): number {
    return Math.min(longestPause, firstPause * 2 ** (this.#inARow - 1));
  }

  timedOut(): Failure {
    // There is no last one only when time was up before the first had ended.
    const last = this.#last ?? new TryError('connection', 'there was no answer yet');
    const count = this.#total === 1 ? '1 try' : `${this.#total} tries`;
    const end = `bake gave up after ${count} in ${this.#elapsed()}. The last one ${describeStage(last)}.`;
    return new Failure({
      summary: 'Timeout waiting for WinRM',
      detail: `${end} ${adviceFor(last.stage)}`,
      cause: last,
    });
  }

  #elapsed(): string {
    const milliseconds = Date.now() - this.#start;
    return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} seconds`;
  }
}
