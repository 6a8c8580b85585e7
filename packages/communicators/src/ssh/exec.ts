import { Readable } from 'node:stream';
import type { CommandResult, RemoteCommand } from '@bake/plugin-sdk';
import type { ClientChannel } from 'ssh2';

/** Milliseconds after which a cancelled command that does not end is let go. */
const abandonAfter = 3500;

/**
 * Sees a started command through to its end. Rejects with the signal's reason when cancelled, after the
 * remote process was ended, and with the error of `stdin` when that breaks. `end` does what it can to end it, and never rejects.
 */
export function finishCommand(
  channel: ClientChannel,
  end: () => Promise<void>,
  { stdin, onStdout, onStderr, signal }: RemoteCommand,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const outcome: { code?: number; signal?: string } = {};
    let ended: Promise<void> | undefined;
    const timers: NodeJS.Timeout[] = [];
    const settle = (finish: () => void): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      finish();
    };
    const give = (): void =>
      settle(() => (signal.aborted ? reject(signal.reason) : resolve(resultOf(outcome))));
    const abandon = (why: unknown): void => {
      channel.close();
      settle(() => reject(why));
    };
    const cancel = (): void => {
      ended = end();
      timers.push(setTimeout(() => abandon(signal.reason), abandonAfter));
    };

    let hasAll = false;
    channel.once('end', () => {
      hasAll = stateOf(channel, 'incoming') === 'eof';
    });
    // Not 'exit': it may have come together with the channel itself, before anyone could listen.
    channel.once('close', (code?: number | null, name?: string) => {
      // The exit code may overtake output that then is lost with the connection.
      if (!hasAll && stateOf(channel, 'outgoing') !== 'closed') return;
      if (typeof code === 'number') outcome.code = code;
      else if (name !== undefined) outcome.signal = name.replace(/^SIG/, '');
    });
    channel.on('data', (chunk: Buffer) => onStdout?.(chunk));
    channel.stderr.on('data', (chunk: Buffer) => onStderr?.(chunk));
    // Errors of a channel come before its close, which is what counts.
    channel.on('error', () => undefined);
    // What it has started may close the channel and still be at it.
    void bothClosed(channel)
      .then(() => ended)
      .then(give);
    feed(channel, stdin, abandon);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}

/**
 * How far a direction of the channel is: `eof` when its end was told, `closed` for `outgoing` when both sides agreed
 * to close it, and not when the connection went away. ssh2 tells of it nowhere else.
 */
function stateOf(channel: ClientChannel, direction: 'incoming' | 'outgoing'): unknown {
  return Reflect.get(Reflect.get(channel, direction) ?? {}, 'state');
}

function resultOf(end: { code?: number; signal?: string }): CommandResult {
  if (end.code !== undefined) return { exitCode: end.code, disconnected: false };
  if (end.signal !== undefined) {
    return { exitCode: undefined, signal: end.signal, disconnected: false };
  }
  return { exitCode: undefined, disconnected: true };
}

/** The channel may close while pieces of stderr are still on their way to their listener. */
async function bothClosed(channel: ClientChannel): Promise<void> {
  await Promise.all([
    new Promise((resolve) => channel.once('close', resolve)),
    new Promise((resolve) => channel.stderr.once('end', resolve)),
  ]);
}

function feed(
  channel: ClientChannel,
  stdin: RemoteCommand['stdin'],
  onError: (error: unknown) => void,
): void {
  if (!(stdin instanceof Readable)) {
    channel.end(stdin ?? '');
    return;
  }
  stdin.once('error', onError);
  stdin.pipe(channel);
  // A command may end without having read all; the source must not wait for it for ever.
  channel.once('close', () => {
    stdin.unpipe(channel);
    stdin.destroy();
  });
}
