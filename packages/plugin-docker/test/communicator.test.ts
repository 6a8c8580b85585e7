import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { RemoteCommand } from '@bake/plugin-sdk';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DockerCommunicator, type DockerTarget } from '../src/communicator/communicator.ts';
import { plainAddress } from '../src/engine/address.ts';
import { ApiEngine } from '../src/engine/api-engine.ts';
import { Docker } from '../src/engine/docker.ts';
import type { Engine } from '../src/engine/engine.ts';
import { ProgramEngine } from '../src/engine/program-engine.ts';
import { describeWithDocker } from './engine.ts';

jest.setTimeout(60_000);
const never = new AbortController().signal;

const ways: Readonly<Record<string, () => Engine>> = {
  'the program': () => new ProgramEngine(new Docker('docker')),
  'the API': () => {
    const address = plainAddress(process.env);
    if (address === undefined) throw new Error('the test engine has a plain socket');
    return new ApiEngine(address, 'docker');
  },
};

describeWithDocker('communicator docker', (engine) => {
  describe.each(Object.entries(ways))('by %s', (_way, engineOf) => {
    let container = '';
    let folder = '';

    beforeAll(async () => {
      container = engine().docker('run', '-dit', '--network=none', '--entrypoint=/bin/sh', 'base');
      folder = await mkdtemp(join(tmpdir(), 'bake-docker-test-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    function communicator(set: Partial<DockerTarget> = {}): DockerCommunicator {
      return new DockerCommunicator({
        engine: engineOf(),
        docker: new Docker('docker'),
        container,
        shell: (command) => ['/bin/sh', '-c', `(${command})`],
        user: undefined,
        pty: false,
        uploadOwner: '',
        ...set,
      });
    }

    async function run(
      command: string,
      set: Partial<DockerTarget> = {},
      more?: Partial<RemoteCommand>,
    ) {
      const [out, err] = [[], []] as Uint8Array[][] as [Uint8Array[], Uint8Array[]];
      const result = await communicator(set).run({
        command,
        signal: never,
        onStdout: (chunk) => void out.push(chunk),
        onStderr: (chunk) => void err.push(chunk),
        ...more,
      });
      return { ...result, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
    }

    function inside(...command: readonly string[]): string {
      return engine().docker('exec', container, ...command);
    }

    test.each([
      ['output and exit code', 'echo out; echo err >&2; exit 3', {}, 'out\n', 'err\n', 3],
      ['success', 'true', {}, '', '', 0],
      ['a user', 'id -u; id -g', { user: 'app' }, '1000\n1001\n', '', 0],
      ['a user and group', 'id -u; id -g', { user: '7:8' }, '7\n8\n', '', 0],
      ['no terminal', 'test -t 1 && echo terminal || echo none', {}, 'none\n', '', 0],
      [
        'a terminal',
        'test -t 1 && echo terminal || echo none',
        { pty: true },
        'terminal\r\n',
        '',
        0,
      ],
      ['several commands as one', 'false; echo on', {}, 'on\n', '', 0],
    ])('runs a command: %s', async (_, command, set, out, err, exitCode) => {
      expect(await run(command, set)).toEqual({ exitCode, out, err, disconnected: false });
    });

    test('gives a command its input', async () => {
      expect(await run('cat', {}, { stdin: 'typed' })).toMatchObject({ out: 'typed', exitCode: 0 });
    });

    test('runs one command at a time', async () => {
      const one = communicator();
      const command = 'test ! -e /tmp/busy && touch /tmp/busy && sleep 0.2 && rm /tmp/busy';
      const results = await Promise.all([1, 2, 3].map(() => one.run({ command, signal: never })));
      expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    });

    test('a cancelled command ends in the container, too', async () => {
      const cancel = new AbortController();
      const reason = new Error('cancelled');
      const onStdout = (): void => cancel.abort(reason);
      const command =
        'trap "touch /tmp/cleared; exit" INT; env -i /bin/sh -c "sleep 4321; :" & echo up; sleep 4321 & wait';
      await expect(run(command, {}, { signal: cancel.signal, onStdout })).rejects.toBe(reason);
      expect(inside('ps')).not.toContain('sleep 4321');
      expect(inside('ls', '/tmp/cleared')).toBe('/tmp/cleared');
    });

    test.each([
      ['root by default', '', '0:0'],
      ['the user of the image', 'app', '1000:1001'],
      ['numbers of the image', '12:34', '12:34'],
      ['who runs bake', undefined, `${process.getuid?.()}:${process.getgid?.()}`],
    ])('uploads belong to: %s', async (_, uploadOwner, owner) => {
      const content = { data: 'text', mode: 0o640 };
      await communicator({ uploadOwner }).upload(content, '/tmp/owned', never);
      expect(inside('stat', '-c', '%u:%g %a', '/tmp/owned')).toBe(`${owner} 640`);
      expect(inside('cat', '/tmp/owned')).toBe('text');
    });

    test('a user that the container does not know is told', async () => {
      const one = communicator({ uploadOwner: 'nobody-here' });
      await expect(one.upload({ data: '' }, '/tmp/x', never)).rejects.toMatchObject({
        message: expect.stringContaining('"nobody-here"'),
      });
    });

    test('a file travels there and back unchanged', async () => {
      const path = join(folder, 'large');
      execFileSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', 'count=20'], {
        stdio: 'ignore',
      });
      const size = (await stat(path)).size;
      const one = communicator();
      await one.upload({ data: createReadStream(path), size }, '/tmp/large', never);
      // Without a size it is read before it is sent.
      await one.upload({ data: createReadStream(path) }, '/tmp/larger', never);
      for (const name of ['/tmp/large', '/tmp/larger']) {
        const sink = new PassThrough();
        const [received] = await Promise.all([buffer(sink), one.download(name, sink, never)]);
        expect(received.equals(await readFile(path))).toBe(true);
      }
    });

    test.each([1, undefined])('a source that breaks at once is told, of size %s', async (size) => {
      const data = createReadStream('/no/such/source');
      const content = size === undefined ? { data } : { data, size };
      await expect(communicator().upload(content, '/tmp/early', never)).rejects.toThrow(
        'no such file',
      );
    });

    test('a link is followed when a file is downloaded', async () => {
      inside('/bin/sh', '-c', 'echo linked > /tmp/target; ln -s /tmp/target /tmp/link');
      const sink = new PassThrough();
      const [received] = await Promise.all([
        buffer(sink),
        communicator().download('/tmp/link', sink, never),
      ]);
      expect(received.toString()).toBe('linked\n');
    });

    test.each([
      [
        'a file',
        '/tmp/nothing-here',
        // In the words of newer programs and of older ones.
        /^Cannot download from \/tmp\/nothing-here: .*(could not find|no such container:path)/i,
      ],
      ['a folder as a file', '/tmp', /^Cannot download from \/tmp: it is not a file$/],
    ])('says why it cannot download: %s', async (_, path, message) => {
      const sink = new PassThrough();
      await expect(communicator().download(path, sink, never)).rejects.toMatchObject({
        name: 'Failure',
        message: expect.stringMatching(message),
      });
      expect(sink.destroyed).toBe(true);
    });

    test('says why it cannot upload', async () => {
      const failure = { name: 'Failure', message: expect.stringContaining('/no/such/folder/x') };
      await expect(
        communicator().upload({ data: 'x' }, '/no/such/folder/x', never),
      ).rejects.toMatchObject(failure);
    });

    async function makeTree(): Promise<string> {
      const tree = await mkdtemp(join(folder, 'tree-'));
      await mkdir(join(tree, 'sub', 'empty'), { recursive: true });
      await writeFile(join(tree, 'sub', 'run'), 'x', { mode: 0o755 });
      await writeFile(join(tree, 'top'), 'top');
      await symlink('sub/run', join(tree, 'link'));
      return tree;
    }

    const content = ['link', 'sub', 'sub/empty', 'sub/run', 'top'];

    test.each([
      [
        'the folder itself into one that is there',
        '',
        '/tmp/there-a',
        (name: string) => `/tmp/there-a/${name}`,
      ],
      ['what is in it into one that is there', '/', '/tmp/there-b', () => '/tmp/there-b'],
      ['the folder as one that is not there', '', '/tmp/new-a', () => '/tmp/new-a'],
      ['what is in it as one that is not there', '/', '/tmp/new-b', () => '/tmp/new-b'],
    ])('uploads %s', async (_, slash, destination, placeOf) => {
      inside('mkdir', '-p', '/tmp/there-a', '/tmp/there-b');
      const tree = await makeTree();
      const one = communicator({ uploadOwner: '5:6' });
      await one.uploadDir(tree + slash, destination, never);
      const place = placeOf(tree.split('/').at(-1) ?? '');
      const found = inside('/bin/sh', '-c', `cd ${place} && find . ! -name .`).split('\n');
      expect(found.map((path) => path.slice(2)).toSorted()).toEqual(content);
      expect(inside('stat', '-c', '%u:%g %a', `${place}/sub/run`)).toBe('5:6 755');
      expect(inside('readlink', `${place}/link`)).toBe('sub/run');
      // The folder was somebody's before.
      expect(inside('stat', '-c', '%u', '/tmp/there-b')).toBe('0');
    });

    test.each(['', '/'])('downloads a folder, with "%s" at its end', async (slash) => {
      inside('mkdir', '-p', '/tmp/from/sub');
      inside('/bin/sh', '-c', 'echo deep > /tmp/from/sub/file');
      const to = await mkdtemp(join(folder, 'got-'));
      await communicator().downloadDir(`/tmp/from${slash}`, to, never);
      const place = slash === '' ? join(to, 'from') : to;
      expect((await readdir(place, { recursive: true })).toSorted()).toEqual(['sub', 'sub/file']);
    });

    test('downloadDir makes the folder that is not there of the one that comes', async () => {
      inside('mkdir', '-p', '/tmp/new/sub');
      const to = join(folder, 'not-there');
      await communicator().downloadDir('/tmp/new', to, never);
      expect(await readdir(to)).toEqual(['sub']);
    });

    test('downloadDir adds to what is there', async () => {
      inside('mkdir', '-p', '/tmp/add/sub');
      inside('/bin/sh', '-c', 'echo new > /tmp/add/sub/both');
      const to = await mkdtemp(join(folder, 'add-'));
      await mkdir(join(to, 'add', 'sub'), { recursive: true });
      for (const name of ['both', 'own']) await writeFile(join(to, 'add', 'sub', name), 'old');
      await communicator().downloadDir('/tmp/add', to, never);
      expect((await readdir(join(to, 'add', 'sub'))).toSorted()).toEqual(['both', 'own']);
      expect(await readFile(join(to, 'add', 'sub', 'both'), 'utf8')).toBe('new\n');
    });

    test('downloadDir leaves no half of a file when it is cancelled', async () => {
      inside('mkdir', '-p', '/tmp/much');
      inside('/bin/sh', '-c', 'head -c 400000000 /dev/zero > /tmp/much/big');
      const to = await mkdtemp(join(folder, 'much-'));
      const cancel = new AbortController();
      const work = communicator().downloadDir('/tmp/much', to, cancel.signal);
      work.catch(() => undefined);
      for (let found: string[] = []; !found.some((name) => name.endsWith('big')); ) {
        found = await readdir(to, { recursive: true });
      }
      cancel.abort(new Error('cancelled'));
      await expect(work).rejects.toThrow('cancelled');
      expect(await readdir(to)).toEqual([]);
    });

    test('a container that has ended is told from a command that failed', async () => {
      const gone = engine().docker(
        'run',
        '-d',
        '--network=none',
        'base',
        '/bin/echo',
        'last words',
      );
      engine().docker('wait', gone);
      await expect(run('true', { container: gone })).rejects.toMatchObject({
        name: 'Failure',
        message: `The container ${gone} is not running`,
        detail: expect.stringContaining('last words'),
      });
    });
  });
});
