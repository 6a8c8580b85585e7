import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Communicator } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { eventually } from './eventually.ts';
import { listing, makeTree, treeListing } from './local-tree-fixture.ts';
import { options } from './options.ts';
import type { Peer } from './peer.ts';

/** Registers the tests that both ways of moving files must pass with every server. */
export function expectTransfers(start: () => Promise<Peer>, method: 'scp' | 'sftp'): void {
  const never = new AbortController().signal;
  let peer: Peer;
  let local: string;
  let communicator: Communicator;
  const context = testContext();

  beforeAll(async () => {
    peer = await start();
    local = await mkdtemp(join(tmpdir(), 'bake-local-'));
    communicator = await connect(context);
  });
  afterAll(async () => {
    await communicator.close();
    await peer.stop();
    await rm(local, { recursive: true });
  });

  function connect(context = testContext()): Promise<Communicator> {
    return ssh.connect(options({ ssh_file_transfer_method: method }), peer.target, context);
  }

  async function downloaded(name: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    await communicator.download(peer.remote(name), sink, never);
    expect(sink.writableFinished).toBe(true);
    return Buffer.concat(chunks);
  }

  test.each([
    { kind: 'text', data: () => 'häuser\n', mode: undefined, bits: 0o644 },
    { kind: 'bytes', data: () => new Uint8Array([0, 1, 255]), mode: 0o755, bits: 0o755 },
    { kind: 'nothing', data: () => '', mode: 0o600, bits: 0o600 },
    {
      kind: 'a stream',
      data: () => Readable.from([Buffer.from('a'), 'b']),
      mode: 0o400,
      bits: 0o400,
    },
  ])('upload writes $kind and sets the mode', async ({ kind, data, mode, bits }) => {
    const name = `up ${kind}`;
    const wanted = data();
    await communicator.upload(
      { data: wanted, ...(mode === undefined ? {} : { mode }) },
      peer.remote(name),
      never,
    );
    const there = await readFile(join(peer.folder, name));
    expect(there).toEqual(wanted instanceof Readable ? Buffer.from('ab') : Buffer.from(wanted));
    expect((await stat(join(peer.folder, name))).mode & 0o7777).toBe(bits);
    expect(await downloaded(name)).toEqual(there);
  });

  test.each([`it's here`, 'two "words"', 'a;b & $(c) `d`', 'nö*[x]?', '-v', '~', 'a\\b'])(
    'upload and download take the name %s, of folders too',
    async (name) => {
      await mkdir(join(peer.folder, `in ${name}`));
      await communicator.upload({ data: 'hard' }, peer.remote(`in ${name}/${name}`), never);
      expect(await readFile(join(peer.folder, `in ${name}`, name), 'utf8')).toBe('hard');
      expect((await downloaded(`in ${name}/${name}`)).toString()).toBe('hard');
    },
  );

  test('upload replaces a longer file and its mode', async () => {
    await communicator.upload({ data: 'long content', mode: 0o600 }, peer.remote('twice'), never);
    await communicator.upload({ data: 'short', mode: 0o755 }, peer.remote('twice'), never);
    expect(await readFile(join(peer.folder, 'twice'), 'utf8')).toBe('short');
    expect((await stat(join(peer.folder, 'twice'))).mode & 0o777).toBe(0o755);
  });

  test('upload and download carry 10 MB unchanged', async () => {
    const bytes = randomBytes(10_000_001);
    await communicator.upload({ data: bytes }, peer.remote('big'), never);
    expect((await readFile(join(peer.folder, 'big'))).equals(bytes)).toBe(true);
    expect((await downloaded('big')).equals(bytes)).toBe(true);
  });

  test('upload takes streams whose length is known, and whose is not', async () => {
    const bytes = randomBytes(700_000);
    const pieces = () => Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]);
    await communicator.upload({ data: pieces(), size: 700_000 }, peer.remote('known'), never);
    await communicator.upload({ data: pieces() }, peer.remote('unknown'), never);
    for (const name of ['known', 'unknown']) {
      expect((await readFile(join(peer.folder, name))).equals(bytes)).toBe(true);
    }
  });

  test('upload reports how far it has come', async () => {
    const context = testContext();
    const other = await connect(context);
    const data = Buffer.alloc(300_000);
    await other.upload({ data, size: data.length, label: 'x' }, peer.remote('p'), never);
    await other.close();
    expect(context.ui.reports.at(-1)).toEqual({
      label: 'x',
      done: 300_000,
      total: 300_000,
      unit: 'bytes',
    });
  });

  test('upload says so when the folder is missing', async () => {
    const data = Readable.from(['x']);
    const work = communicator.upload({ data }, peer.remote('no/such/file'), never);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringContaining(
        `Cannot upload to ${peer.remote('no/such/file')}: no such file`,
      ),
      detail: expect.stringContaining('does not exist on the machine'),
    });
    expect(data.destroyed).toBe(true);
  });

  test('upload rejects when its source breaks', async () => {
    const data = new Readable({
      read() {
        this.destroy(new Error('the disk is gone'));
      },
    });
    await expect(communicator.upload({ data }, peer.remote('broken'), never)).rejects.toThrow();
  });

  test.each([1, undefined])(
    'upload rejects when its source breaks at once, of size %s',
    async (size) => {
      const data = createReadStream('/no/such/source');
      const content = size === undefined ? { data } : { data, size };
      await expect(communicator.upload(content, peer.remote('early'), never)).rejects.toMatchObject(
        {
          name: 'Failure',
          message: expect.stringContaining('no such file'),
          detail: 'The problem is with a file on this side, not on the machine.',
        },
      );
    },
  );

  test('download says so when there is no such file', async () => {
    const sink = new Writable();
    const work = communicator.download(peer.remote('nothing'), sink, never);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      detail: expect.stringContaining('There is no'),
    });
    expect(sink.destroyed).toBe(true);
  });

  test.each([
    { kind: 'a folder itself', slash: '', exists: true, at: 'tree' },
    { kind: 'the contents of a folder', slash: '/', exists: true, at: '' },
    { kind: 'a folder as a new one', slash: '', exists: false, at: '' },
    { kind: 'contents as a new folder', slash: '/', exists: false, at: '' },
  ])('uploadDir puts $kind there', async ({ kind, slash, exists, at }) => {
    const tree = join(local, 'tree');
    await makeTree(tree);
    const target = `into ${kind}`;
    if (exists) await mkdir(join(peer.folder, target));
    await communicator.uploadDir(`${tree}${slash}`, peer.remote(target), never);
    expect(await listing(join(peer.folder, target, at))).toEqual(treeListing);
    await rm(tree, { recursive: true });
  });

  test('uploadDir again writes over what is there', async () => {
    const tree = join(local, 'tree');
    await makeTree(tree);
    await communicator.uploadDir(tree, peer.remote('again'), never);
    await writeFile(join(tree, 'plain'), 'changed');
    await communicator.uploadDir(`${tree}/`, peer.remote('again'), never);
    expect(await readFile(join(peer.folder, 'again', 'plain'), 'utf8')).toBe('changed');
    await rm(tree, { recursive: true });
  });

  test('uploadDir refuses links that lead in a circle', async () => {
    await mkdir(join(local, 'circle'));
    await symlink('.', join(local, 'circle', 'self'));
    const work = communicator.uploadDir(join(local, 'circle'), peer.remote('circle'), never);
    await expect(work).rejects.toThrow('A link leads back to a folder above it');
  });

  test.each([
    { kind: 'a folder itself', slash: '', at: 'far' },
    { kind: 'the contents of a folder', slash: '/', at: '' },
  ])('downloadDir brings $kind', async ({ kind, slash, at }) => {
    await makeTree(join(peer.folder, 'far'));
    const target = join(local, `from ${kind}`);
    await communicator.downloadDir(`${peer.remote('far')}${slash}`, target, never);
    expect(await listing(join(target, at))).toEqual(treeListing);
    await rm(join(peer.folder, 'far'), { recursive: true });
  });

  test('downloadDir that fails over one file leaves no half of the others', async () => {
    const [from, to] = [join(local, 'many'), join(local, 'halves')];
    await mkdir(from);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await writeFile(join(from, name), Buffer.alloc(name === 'a' ? 1 : 3_000_000, name));
    }
    await communicator.uploadDir(from, peer.remote('many'), never);
    // A folder stands where the file is to be.
    await mkdir(join(to, 'a'), { recursive: true });
    const wanted = communicator.downloadDir(`${peer.remote('many')}/`, to, never);
    await expect(wanted).rejects.toThrow(/EISDIR|is a directory|ENOTEMPTY/i);
    const left = await readdir(to);
    expect(left.filter((name) => name.includes('.part'))).toEqual([]);
  });

  test('nothing of all this was taken for a machine that does not know the way', () => {
    expect(context.ui.said.filter((text) => text.startsWith('Files cannot travel'))).toEqual([]);
  });

  test('transfers stop when they are cancelled', async () => {
    const cancel = new AbortController();
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    const work = communicator.upload({ data: endless }, peer.remote('endless'), cancel.signal);
    await sleep(50);
    cancel.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    await eventually(async () => endless.destroyed);
    expect(await communicator.run({ command: 'exit 3', signal: never })).toMatchObject({
      exitCode: 3,
    });
  });
}
