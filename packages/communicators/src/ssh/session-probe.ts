import { createRequire } from 'node:module';
import type { Client, ClientChannel } from 'ssh2';

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

/** The parts of an ssh2 client that opening a channel is made of. */
interface Opener {
  readonly _chanMgr: { add(opened: Opened & { readonly type: string }): number };
  readonly _protocol: { session(channel: number, window: number, packetSize: number): void };
}

/** ssh2's sizes for channels. */
interface Sizes {
  readonly MAX_WINDOW: number;
  readonly PACKET_SIZE: number;
}

/**
 * Opens a session, runs nothing in it and closes it. Rejects with any error when the machine opens none.
 * ssh2 1.17 itself opens sessions only together with a command, which would run on the machine.
 */
export function tryOutSession(client: Client): Promise<void> {
  const { _chanMgr: channels, _protocol: protocol } = client as unknown as Opener;
  return new Promise((resolve, reject) => {
    const opened: Opened = (error, channel) => {
      if (error !== undefined) return reject(error);
      channel.on('error', () => undefined);
      channel.resume();
      // Not all servers answer that, so nobody waits for it.
      channel.close();
      resolve();
    };
    const { MAX_WINDOW, PACKET_SIZE } = sizes();
    const id = channels.add(Object.assign(opened, { type: 'session' }));
    protocol.session(id, MAX_WINDOW, PACKET_SIZE);
  });
}

function sizes(): Sizes {
  return createRequire(import.meta.url)('ssh2/lib/Channel.js') as Sizes;
}
