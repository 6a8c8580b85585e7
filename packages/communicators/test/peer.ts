import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectTarget } from '@bake/plugin-sdk';
import { startSshMachine } from '@bake/plugin-sdk/testing';

/** An SSH server that the same behaviour is expected of, whoever made it. */
export interface Peer {
  readonly target: ConnectTarget;
  /** The peer's working folder, as this process and the peer's shell see it. */
  readonly folder: string;
  /** A path in that folder as transfers see it. */
  remote(name: string): string;
  stop(): Promise<void>;
}

/** bake's own server, where SFTP starts at the folder and scp, a command, is the host's. */
export async function startOwnPeer(method: 'scp' | 'sftp'): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-peer-'));
  const machine = await startSshMachine({ root: folder });
  const { host, port, username, privateKey } = machine;
  return {
    target: { host, port, username, privateKey },
    folder,
    remote: (name) => (method === 'sftp' ? `/${name}` : join(folder, name)),
    stop: async () => {
      await machine.close();
      await rm(folder, { recursive: true });
    },
  };
}
