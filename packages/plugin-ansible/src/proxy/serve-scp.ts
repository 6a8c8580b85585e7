import { posix } from 'node:path';
import { messageOf } from '@bake/plugin-sdk';
import type { ServerChannel } from 'ssh2';
import { ByteReader } from './byte-reader.ts';
import { OpenFile } from './open-file.ts';
import { type ProxiedMachine, remoteStats } from './proxied-machine.ts';

/** What the server's side of scp is asked for: to take a file to a path, or to give one. */
export interface ScpRequest {
  readonly direction: 'to' | 'from';
  readonly path: string;
}

/**
 * The command of an scp client as a request that bake fulfils itself, so that the machine needs no scp. `undefined` for
 * folders, and for paths that a shell would expand: that is for the machine's own scp.
 */
export function scpRequest(command: string): ScpRequest | undefined {
  const match = /^scp((?: -[vpqtf]+)+) (?:-- )?(?:'([^']+)'|([\w./:@%+=,-]+))$/.exec(command);
  if (match === null) return undefined;
  const [, flags = '', quoted, plain] = match;
  const path = quoted ?? plain ?? '';
  if (flags.includes('t')) return { direction: 'to', path };
  return flags.includes('f') ? { direction: 'from', path } : undefined;
}

/** Talks scp with the client in a channel and closes that. Never rejects. */
export async function serveScp(
  channel: ServerChannel,
  { direction, path }: ScpRequest,
  machine: ProxiedMachine,
): Promise<void> {
  channel.on('error', () => undefined);
  const reader = new ByteReader(channel);
  try {
    await (direction === 'to'
      ? takeFiles(channel, reader, path, machine)
      : giveFile(channel, reader, path, machine));
    channel.exit(0);
  } catch (error) {
    channel.write(`\x01scp: ${messageOf(error)}\n`);
    channel.exit(1);
  }
  channel.end();
}

const ok = Buffer.from([0]);

async function takeFiles(
  channel: ServerChannel,
  reader: ByteReader,
  path: string,
  machine: ProxiedMachine,
): Promise<void> {
  channel.write(ok);
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    const record = /^C([0-7]{4}) (\d+) (.+)$/.exec(line);
    if (record === null && !line.startsWith('T')) throw new Error(`unexpected "${line}"`);
    if (record !== null) {
      const [, mode = '', size = '', name = ''] = record;
      const place = await placeOf(path, name, machine);
      channel.write(ok);
      const file = await OpenFile.toWrite(machine, place);
      file.mode = Number.parseInt(mode, 8);
      try {
        for await (const piece of reader.bytes(Number(size))) await file.handle.appendFile(piece);
        await reader.byte();
      } catch (error) {
        await file.forget();
        throw error;
      }
      await file.close();
    }
    channel.write(ok);
  }
}

/** A file goes into a folder under its own name. */
async function placeOf(path: string, name: string, machine: ProxiedMachine): Promise<string> {
  const stats = await remoteStats(machine, path, true);
  const isFolder = stats !== undefined && (stats.mode & 0o170_000) === 0o040_000;
  return isFolder ? posix.join(path, name) : path;
}

async function giveFile(
  channel: ServerChannel,
  reader: ByteReader,
  path: string,
  machine: ProxiedMachine,
): Promise<void> {
  await reader.byte();
  const stats = await remoteStats(machine, path, true);
  if (stats === undefined) throw new Error(`${path}: No such file or directory`);
  const file = await OpenFile.toRead(machine, path);
  try {
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
    channel.write(`C${mode} ${await file.size()} ${posix.basename(path)}\n`);
    await reader.byte();
    for await (const piece of file.handle.createReadStream({ autoClose: false })) {
      if (!channel.write(piece)) await room(channel);
    }
    channel.write(ok);
    await reader.byte();
  } finally {
    await file.forget();
  }
}

/** Resolves when the client has taken what was written, or is gone. */
function room(channel: ServerChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.once('drain', () => resolve());
    channel.once('close', () => resolve());
  });
}
