import { PassThrough } from 'node:stream';
import { type CommandResult, messageOf } from '@bake/plugin-sdk';
import { ChannelWriter } from '@bake/plugin-sdk/ssh-server';
import type { ServerChannel } from 'ssh2';
import type { ProxiedMachine } from './proxied-machine.ts';

/** What OpenSSH's client ends with when it lost the server: Ansible takes the machine for unreachable then. */
const lost = 255;

/**
 * Runs a command on the machine with the channel as its input and output, tells the client how it ended and closes the
 * channel. A client that goes away, or `cancelled`, ends the command. Never rejects.
 */
export async function serveCommand(
  channel: ServerChannel,
  command: string,
  { communicator, signal }: ProxiedMachine,
  cancelled: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  channel.once('close', () => gone.abort());
  channel.on('error', () => gone.abort());
  const writer = new ChannelWriter(channel, gone.signal);
  const stdin = channel.pipe(new PassThrough());
  stdin.on('error', () => undefined);
  let end: CommandResult | undefined;
  try {
    end = await communicator.run({
      command,
      stdin,
      onStdout: (chunk) => void writer.write(chunk, 'stdout'),
      onStderr: (chunk) => void writer.write(chunk, 'stderr'),
      signal: AbortSignal.any([signal, gone.signal, cancelled]),
    });
  } catch (error) {
    if (!gone.signal.aborted) void writer.write(Buffer.from(`${messageOf(error)}\n`), 'stderr');
  }
  channel.unpipe(stdin);
  stdin.destroy();
  // What the command did not read must not hold up the client.
  channel.resume();
  await writer.drain();
  if (!gone.signal.aborted) tellEnd(channel, end);
}

function tellEnd(channel: ServerChannel, end: CommandResult | undefined): void {
  if (end?.signal !== undefined) channel.exit(end.signal, false, '');
  else channel.exit(end?.exitCode ?? lost);
  channel.end();
}
