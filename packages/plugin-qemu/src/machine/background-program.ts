import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Failure, systemReason } from '@bake/plugin-sdk';
import type { Ended } from '../messages.ts';

/** A program to start. */
export interface BackgroundWish {
  readonly program: string;
  readonly args: readonly string[];
  /** `NAME=value`, put into its environment, by which `bake cleanup` finds it again. */
  readonly mark: string;
  /** File that gets what it says; it is read when the program has ended. */
  readonly log: string;
}

/** Characters of the log that are told: what matters stands at the end. */
const complaintLength = 4000;

/** Milliseconds that it may take to end when it is told to. QEMU writes what it holds of the disks. */
const gracePeriod = 20_000;

/**
 * A program that runs beside the build until it ends or is stopped. It is no business of the terminal's signals, and it goes on
 * when bake ends without stopping it: `-on-error=abort` leaves a machine to look at.
 */
export class BackgroundProgram {
  readonly program: string;
  /** Resolves when it has ended, however. Rejects with a `Failure` if it could not be started. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #end: Ended | undefined;

  constructor({ program, args, mark, log }: BackgroundWish) {
    this.program = program;
    const [name = '', value = ''] = mark.split('=');
    const output = openSync(log, 'w', 0o600);
    this.#child = spawn(program, args, {
      env: { ...process.env, [name]: value },
      stdio: ['ignore', output, output],
      detached: true,
    });
    closeSync(output);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => reject(notStarted(program, error)));
      this.#child.once('exit', (code, signal) => {
        void readFile(log, 'utf8')
          .catch(() => '')
          .then((text) => {
            this.#end = {
              exitCode: code ?? undefined,
              ...(signal === null ? {} : { signal }),
              complaint: text.slice(-complaintLength).trim(),
            };
            resolve(this.#end);
          });
      });
    });
    // Whoever needs it hears of a failure.
    this.ended.catch(() => undefined);
  }

  /** How it ended; `undefined` while it runs. */
  get end(): Ended | undefined {
    return this.#end;
  }

  /** Ends it, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), gracePeriod);
    await this.ended.catch(() => undefined);
    clearTimeout(killer);
  }
}

function notStarted(program: string, error: unknown): Failure {
  return new Failure({
    summary: `Could not start "${program}": ${systemReason(error)}`,
    detail: `Check that "${program}" is a program that this system can run.`,
    cause: error,
  });
}
