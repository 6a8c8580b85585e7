import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandResult, Communicator, RemoteCommand, Upload } from '../communicator.ts';
import { Failure } from '../failure.ts';

/**
 * What goes wrong with a call: it fails before (`refused`) or after (`lost`) the machine did what it was told, the
 * connection ends under a running command as at a reboot (`disconnect`, after the machine did it), or nothing is heard until it is cancelled
 * (`silence`).
 */
export type CommunicatorFault = 'refused' | 'lost' | 'disconnect' | 'silence';

/** One call of a communicator. */
export interface CommunicatorCall {
  readonly kind: 'run' | 'upload' | 'uploadDir' | 'download' | 'downloadDir';
  /** The command, or the path on the machine. */
  readonly subject: string;
  /** Counts the calls of all kinds, from 1. */
  readonly nth: number;
}

/** A communicator that fails as it is told to, with what it was asked for. */
export interface FaultyCommunicator extends Communicator {
  readonly calls: readonly CommunicatorCall[];
}

/** Puts faults in front of a communicator: `conduct` says for each call what goes wrong with it, if anything. */
export function faultyCommunicator(
  inner: Communicator,
  conduct: (call: CommunicatorCall) => CommunicatorFault | undefined,
): FaultyCommunicator {
  const calls: CommunicatorCall[] = [];
  const through = async <T>(
    kind: CommunicatorCall['kind'],
    subject: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly fault: CommunicatorFault | undefined }> => {
    const call = { kind, subject, nth: calls.length + 1 };
    calls.push(call);
    const fault = conduct(call);
    if (fault === 'silence') await cancelled(signal);
    if (fault === 'refused') throw connectionFailure(call, 'before it was begun');
    const result = await work();
    if (fault === 'lost') throw connectionFailure(call, 'after it was done');
    if (fault === 'disconnect' && kind !== 'run') {
      throw connectionFailure(call, 'while it was going on');
    }
    return { result, fault };
  };
  return {
    calls,
    async run(command: RemoteCommand): Promise<CommandResult> {
      const work = (): Promise<CommandResult> => inner.run(command);
      const { result, fault } = await through('run', command.command, command.signal, work);
      return fault === 'disconnect' ? { exitCode: undefined, disconnected: true } : result;
    },
    async upload(upload: Upload, path: string, signal: AbortSignal): Promise<void> {
      await through('upload', path, signal, () => inner.upload(upload, path, signal));
    },
    async uploadDir(from: string, to: string, signal: AbortSignal): Promise<void> {
      await through('uploadDir', to, signal, () => inner.uploadDir(from, to, signal));
    },
    async download(path: string, sink: Writable, signal: AbortSignal): Promise<void> {
      // A download that fails does not end what it writes to: all of it waits here until it is known to be whole.
      const held = new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER });
      await through('download', path, signal, () => inner.download(path, held, signal));
      await pipeline(held, sink, { signal });
    },
    async downloadDir(from: string, to: string, signal: AbortSignal): Promise<void> {
      await through('downloadDir', from, signal, () => inner.downloadDir(from, to, signal));
    },
    close: () => inner.close(),
  };
}

function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function connectionFailure({ kind, subject }: CommunicatorCall, when: string): Failure {
  return new Failure({ summary: `The connection was lost at ${kind} ${subject}, ${when}` });
}
