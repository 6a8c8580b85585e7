import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '@bake/plugin-sdk';
import { diskFull, type Ended, machineGone } from '../messages.ts';
import type { Parts } from './arguments.ts';
import type { BackgroundProgram } from './background-program.ts';
import type { Qmp, QmpEvent } from './qmp.ts';

/** Milliseconds by which connections to a machine may be lost before QEMU's end is known. */
const settling = 500;

/** A machine that QEMU runs. */
export class VirtualMachine {
  readonly qmp: Qmp;
  readonly parts: Parts;
  readonly #qemu: BackgroundProgram;
  #isDiskFull = false;
  #isStopped = false;
  /** Why the machine went off, in QEMU's words. */
  #reason: unknown;

  constructor(qemu: BackgroundProgram, qmp: Qmp, parts: Parts) {
    this.#qemu = qemu;
    this.qmp = qmp;
    this.parts = parts;
    qmp.onEvent((event) => this.#hear(event));
  }

  /** Resolves when QEMU has ended: the machine has turned itself off, or worse. */
  get ended(): Promise<Ended> {
    return this.#qemu.ended;
  }

  /** How QEMU ended; `undefined` while it runs. */
  get end(): Ended | undefined {
    return this.#qemu.end;
  }

  /** Whether it ended within a time, given in milliseconds. Rejects with the signal's reason. */
  async endsWithin(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const timer = sleep(milliseconds, false, { signal: AbortSignal.any([signal, over.signal]) });
    try {
      return await Promise.race([this.ended.then(() => true), timer]);
    } finally {
      over.abort();
      timer.catch(() => undefined);
    }
  }

  /** Ends it as if the plug were pulled, except that its disks are written to their end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#qemu.stop();
    this.qmp.close();
  }

  /** What was wrong with how it ended; `undefined` while it runs, and when it turned itself off or was told to. */
  get failure(): Failure | undefined {
    if (this.#isDiskFull) return diskFull();
    if (this.end === undefined) return undefined;
    const isKilled = this.#reason === 'host-signal' && !this.#isStopped;
    const isWell = this.end.exitCode === 0 && !isKilled;
    return isWell ? undefined : machineGone(this.#qemu.program, this.end);
  }

  /** What to say of an error that came up while the machine was in use: that it is gone, if it is. */
  async explain(error: unknown): Promise<unknown> {
    if (this.end === undefined && !this.#isDiskFull) {
      await Promise.race([this.ended, sleep(settling)]);
    }
    if (this.#isDiskFull) return diskFull(error);
    return this.end === undefined ? error : machineGone(this.#qemu.program, this.end, error);
  }

  /** Whether it has turned itself off, which may show only a moment after its connections are lost. */
  async isOff(): Promise<boolean> {
    if (this.end === undefined) await Promise.race([this.ended, sleep(settling)]);
    return this.end !== undefined && this.failure === undefined;
  }

  /** The last lines that the machine wrote to its first serial port. */
  async lastConsoleLines(count: number): Promise<readonly string[]> {
    const text = await readFile(this.parts.console, 'utf8').catch(() => '');
    return text
      .replace(escapes, '')
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== '')
      .slice(-count);
  }

  #hear({ event, data }: QmpEvent): void {
    if (event === 'BLOCK_IO_ERROR' && data?.['nospace'] === true) {
      // QEMU has halted the machine and would wait for room for ever.
      this.#isDiskFull = true;
      void this.stop();
    }
    // With "-no-shutdown" among "qemuargs" QEMU itself would stay.
    if (event === 'SHUTDOWN') {
      this.#reason = data?.['reason'];
      this.qmp.execute('quit').catch(() => undefined);
    }
  }
}

/** Sequences by which terminals are told to move the cursor or change colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: such sequences begin with one.
const escapes = /\u001b\[[0-9;?=]*[a-zA-Z]|\u001b[()][A-Z0-9]|\u001bc/g;
