import { createReadStream, statfsSync } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Sshd, startSshd, testContext, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { dial } from '../src/ssh/dial.ts';
import { dialSettings } from '../src/ssh/dial-settings.ts';
import { options } from './options.ts';

const never = new AbortController().signal;
/** More than 32 bits can count, and no whole number of pieces of any size. */
const length = Math.floor(4.1 * 2 ** 30) + 7;
const marks: readonly (readonly [position: number, text: string])[] = [
  [0, 'first'],
  [2 ** 32 - 3, 'border'],
  [length - 4, 'last'],
];
const noSshd = whyNoSshd();
/** Each takes most of a minute and as much room on the disk. */
const ways = waysHere();

if (noSshd === undefined) registerTests();
else skip(`large files: ${noSshd}`);

function waysHere(): readonly { readonly up: 'scp' | 'sftp'; readonly down: 'scp' | 'sftp' }[] {
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < 3 * length) {
    skip(`a file of more than 4 GiB: there is no room for it in ${tmpdir()}`);
    return [];
  }
  const one = { up: 'scp', down: 'sftp' } as const;
  if (process.env['BAKE_LARGE'] !== undefined) return [one, { up: 'sftp', down: 'scp' }];
  skip('a file of more than 4 GiB there by SFTP and back by scp: BAKE_LARGE=1 does it');
  return [one];
}

function skip(what: string): void {
  console.warn(`SKIPPED: ${what}`);
  test.skip(what, () => undefined);
}

/** Takes bytes, keeps what is at the marks and counts the rest. */
class MarkReader extends Writable {
  count = 0;
  readonly found: [number, string][] = marks.map(([position]) => [position, '']);

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const [index, [position, text]] of marks.entries()) {
      const start = Math.max(position - this.count, 0);
      const end = Math.min(position + text.length - this.count, chunk.length);
      const mark = this.found[index];
      if (start < end && mark !== undefined) mark[1] += chunk.toString('latin1', start, end);
    }
    this.count += chunk.length;
    done();
  }
}

async function makeLarge(path: string): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(length);
  for (const [position, text] of marks) await file.write(text, position, 'latin1');
  await file.close();
}

/** Reads the marks out of a file. */
async function marksIn(path: string): Promise<readonly (readonly [number, string])[]> {
  const file = await open(path);
  const found: [number, string][] = [];
  for (const [position, { length: bytes }] of marks) {
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, position);
    found.push([position, buffer.toString('latin1')]);
  }
  await file.close();
  return found;
}

function registerTests(): void {
  let peer: Sshd;
  let folder: string;

  beforeAll(async () => {
    peer = await startSshd();
    folder = await mkdtemp(join(tmpdir(), 'bake-large-'));
  });
  afterAll(async () => {
    await peer.stop();
    await rm(folder, { recursive: true });
  });

  test('SFTP writes and reads beyond 4 GiB', async () => {
    const nobody = testContext();
    const settings = await dialSettings(options(), peer.target, nobody.ask);
    const connection = await dial(settings, never);
    const sftp = await connection.sftp(never);
    const file = await sftp.create(peer.remote('sparse'), 0o644);
    for (const [position, text] of marks) await sftp.write(file, Buffer.from(text), position);
    await sftp.close(file);
    expect(await marksIn(peer.remote('sparse'))).toEqual(marks);
    const back = await sftp.open(peer.remote('sparse'));
    expect((await sftp.fstat(back)).size).toBe(length);
    const into = Buffer.alloc(4);
    expect(await sftp.read(back, into, length - 4)).toBe(4);
    expect(into.toString()).toBe('last');
    await connection.end();
  });

  if (ways.length === 0) return;
  test.each(ways)(
    'a file of more than 4 GiB goes there by $up and back by $down',
    async (way) => {
      const source = join(folder, 'source');
      await makeLarge(source);
      const connect = (method: 'scp' | 'sftp') =>
        ssh.connect(options({ ssh_file_transfer_method: method }), peer.target, testContext());
      const [up, down] = await Promise.all([connect(way.up), connect(way.down)]);
      const data = createReadStream(source, { highWaterMark: 256 * 1024 });
      await up.upload({ data, size: length }, peer.remote('large'), never);
      expect((await stat(peer.remote('large'))).size).toBe(length);
      expect(await marksIn(peer.remote('large'))).toEqual(marks);
      const reader = new MarkReader();
      await down.download(peer.remote('large'), reader, never);
      expect(reader.count).toBe(length);
      expect(reader.found).toEqual(marks);
      await Promise.all([up.close(), down.close()]);
      await rm(peer.remote('large'));
    },
    600_000,
  );
}
