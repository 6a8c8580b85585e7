import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeyPair } from '@bake/plugin-sdk';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ProxySettings, type SshProxy, startProxy } from '../src/proxy/proxy.ts';
import { localMachine } from './local-machine.ts';

jest.setTimeout(60_000);
const why = ['ssh', 'scp', 'sftp'].filter((name) => spawnSync(name, ['-V']).error !== undefined);
const when = why.length === 0 ? describe : describe.skip;

when(
  `the proxy and OpenSSH's clients${why.length === 0 ? '' : `: there is no ${why.join(', ')}`}`,
  () => {
    let folder: string;
    let machine: ReturnType<typeof localMachine>;
    let proxy: SshProxy;

    async function start(more: Partial<ProxySettings> = {}, type = 'ed25519'): Promise<void> {
      const [host, user] = await Promise.all(
        ['host', 'user'].map((comment) =>
          makeKeyPair({ type, comment, ...(type === 'rsa' ? { bits: 2048 } : {}) }),
        ),
      );
      writeFileSync(join(folder, 'key'), user?.privateKey ?? '', { mode: 0o600 });
      writeFileSync(
        join(folder, 'known'),
        `* ${host?.publicKey.split(' ').slice(0, 2).join(' ')}\n`,
      );
      proxy = await startProxy({
        communicator: machine.communicator,
        isWindows: false,
        sftpCommand: undefined,
        spool: join(folder),
        firstPort: 0,
        hostKey: host?.privateKey ?? '',
        userKey: user?.publicKey ?? '',
        ...more,
      });
    }

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'bake-proxy-'));
      machine = localMachine();
    });
    afterEach(async () => {
      await proxy.close();
      rmSync(folder, { recursive: true });
    });

    const at = (name: string): string => join(folder, name);
    const options = (): string[] => [
      ...['-F', 'none', '-i', at('key'), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'],
      ...['-o', `UserKnownHostsFile=${at('known')}`, '-o', 'StrictHostKeyChecking=yes'],
    ];
    const ssh = (...args: string[]): string[] => [
      'ssh',
      ...options(),
      ...['-p', String(proxy.port), 'anyone@127.0.0.1'],
      ...args,
    ];

    function running([program = '', ...args]: string[], input?: string): ChildProcess {
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin?.on('error', () => undefined);
      if (input !== undefined) child.stdin?.end(input);
      return child;
    }

    async function run(command: string[], input = '') {
      const child = running(command, input);
      let [stdout, stderr] = ['', ''];
      child.stdout?.setEncoding('latin1').on('data', (text) => {
        stdout += text;
      });
      child.stderr?.on('data', (text) => {
        stderr += text;
      });
      const [code] = await once(child, 'close');
      return { code, stdout, stderr };
    }

    test.each(['ed25519', 'ecdsa', 'rsa'])('commands, with keys of kind %s', async (type) => {
      await start({}, type);
      const told = await run(ssh('cat; echo err >&2; exit 7'), 'in');
      expect(told).toEqual({ code: 7, stdout: 'in', stderr: 'err\n' });
    });

    test('much output of both kinds, with a command that leaves its input alone', async () => {
      await start();
      const script =
        'head -c 3000000 /dev/zero | tr "\\0" o; head -c 2000000 /dev/zero | tr "\\0" e >&2';
      const { code, stdout, stderr } = await run(ssh(script), 'x'.repeat(1_000_000));
      expect({ code, out: stdout.length, err: stderr.length }).toEqual({
        code: 0,
        out: 3_000_000,
        err: 2_000_000,
      });
    });

    test('a command ends though its client never ends the input', async () => {
      await start();
      const child = running(ssh('-tt', 'echo done'));
      const [code] = await once(child, 'close');
      expect(code).toBe(0);
    });

    test('a terminal may be asked for, variables reach the command, the language does not', async () => {
      await start();
      const args = ssh('-tt', '-o', 'SetEnv=WORD="it\'s" LC_ALL=xx_XX', 'echo $WORD $LC_ALL');
      expect(await run(args)).toMatchObject({ code: 0, stdout: "it's\n" });
    });

    test('a signal of a command is told', async () => {
      await start();
      const { code, stderr } = await run(ssh('kill -TERM $$'));
      expect(code === 255 || code === 143).toBe(true);
      expect(stderr).not.toContain('refused');
    });

    test.each([
      [
        'sftp',
        (from: string, to: string) => [
          'sftp',
          ...options(),
          '-P',
          String(proxy.port),
          '-b',
          put(from, to),
          'x@127.0.0.1',
        ],
      ],
      [
        'scp',
        (from: string, to: string) => [
          'scp',
          ...options(),
          '-P',
          String(proxy.port),
          from,
          `x@127.0.0.1:${to}`,
        ],
      ],
      [
        'scp -O',
        (from: string, to: string) => [
          'scp',
          '-O',
          ...options(),
          '-P',
          String(proxy.port),
          from,
          `x@127.0.0.1:${to}`,
        ],
      ],
    ])('uploads by %s', async (_, command) => {
      await start();
      const content = Buffer.alloc(3_000_001, 'abc\0\xff');
      writeFileSync(at('from'), content, { mode: 0o640 });
      const ended = await run(command(at('from'), at('to')));
      expect(ended).toEqual({ code: 0, stdout: expect.anything(), stderr: '' });
      expect(readFileSync(at('to')).equals(content)).toBe(true);
      expect(statSync(at('to')).mode & 0o777).toBe(0o640);
      expect(machine.commands.filter((text) => !text.startsWith('stat '))).toEqual([]);
    });

    function put(from: string, to: string): string {
      writeFileSync(at('batch'), `put "${from}" "${to}"\n`);
      return at('batch');
    }

    test.each([
      [
        'sftp',
        (from: string, to: string) => [
          'sftp',
          ...options(),
          '-P',
          String(proxy.port),
          `x@127.0.0.1:${from}`,
          to,
        ],
      ],
      [
        'scp -O',
        (from: string, to: string) => [
          'scp',
          '-O',
          ...options(),
          '-P',
          String(proxy.port),
          `x@127.0.0.1:${from}`,
          to,
        ],
      ],
    ])('downloads by %s', async (_, command) => {
      await start();
      const content = Buffer.alloc(1_000_001, 'xyz');
      writeFileSync(at('from'), content);
      expect(await run(command(at('from'), at('to')))).toMatchObject({ code: 0 });
      expect(readFileSync(at('to')).equals(content)).toBe(true);
    });

    test('what else sftp does with files', async () => {
      await start();
      writeFileSync(at('f'), 'x');
      const batch = [
        `mkdir ${at('d')}`,
        `rename ${at('f')} ${at('d/g')}`,
        `chmod 600 ${at('d/g')}`,
        `chown ${statSync(at('f')).uid} ${at('d/g')}`,
      ];
      writeFileSync(at('batch'), [...batch, ''].join('\n'));
      const sftp = [
        'sftp',
        ...options(),
        '-P',
        String(proxy.port),
        '-b',
        at('batch'),
        'x@127.0.0.1',
      ];
      expect(await run(sftp)).toMatchObject({ code: 0 });
      expect(statSync(at('d/g')).mode & 0o777).toBe(0o600);
      expect(machine.commands).toContainEqual(expect.stringMatching(/^chown \d+:\d+ '.*\/d\/g'$/));
      writeFileSync(at('batch'), `rm ${at('d/g')}\nrmdir ${at('d')}\n`);
      expect(await run(sftp)).toMatchObject({ code: 0 });
      expect(existsSync(at('d'))).toBe(false);
      writeFileSync(at('batch'), `get ${at('none')} ${at('x')}\n`);
      expect(await run(sftp)).toMatchObject({ code: 1 });
    });

    test('whole folders there and back, with what is odd in names', async () => {
      await start();
      mkdirSync(at('from/deep/empty'), { recursive: true });
      const odd = ['.hidden', 'two words', "it's", '-dash', 'line\n81a4 1 2 3 4 5 break', '*', 'ü'];
      for (const name of odd) writeFileSync(join(at('from'), name), `in ${name}`);
      chmodSync(at('from/two words'), 0o640);
      chmodSync(at('from/deep'), 0o750);
      utimesSync(at("from/it's"), 1_000_000_000, 1_000_000_000);
      const scp = ['scp', '-rp', ...options(), '-P', String(proxy.port)];
      const there = `x@127.0.0.1:${folder}`;
      expect(await run([...scp, at('from'), `${there}/to`])).toMatchObject({ code: 0 });
      expect(treeOf(at('to'))).toEqual(treeOf(at('from')));
      // One folder that takes several packets.
      mkdirSync(at('to/many'));
      for (let index = 0; index < 450; index += 1) writeFileSync(at(`to/many/${index}`), '');
      expect(await run([...scp, `${there}/to`, at('back')])).toMatchObject({ code: 0 });
      expect(treeOf(at('back'))).toEqual(treeOf(at('to')));
      expect(machine.commands.filter((text) => /^scp|^find/.test(text))).toEqual([]);
    });

    /** The machine with nothing but busybox on its PATH. */
    function withBusybox(): Partial<ProxySettings> {
      mkdirSync(at('bin'));
      for (const name of ['sh', 'stat']) symlinkSync('/bin/busybox', at(`bin/${name}`));
      const { communicator } = machine;
      return {
        communicator: {
          ...communicator,
          run: (given) =>
            communicator.run({ ...given, command: `PATH=${at('bin')}; ${given.command}` }),
        },
      };
    }

    test.each(['this computer', 'busybox'])('sftp lists folders of %s', async (where) => {
      if (where === 'busybox' && !existsSync('/bin/busybox')) {
        return console.warn('SKIPPED: there is no /bin/busybox');
      }
      await start(where === 'busybox' ? withBusybox() : {});
      mkdirSync(at('d/sub'), { recursive: true });
      writeFileSync(at('d/f'), 'four', { mode: 0o640 });
      utimesSync(at('d/f'), 1_000_000_000, 1_000_000_000);
      const list = (path: string) => {
        writeFileSync(at('batch'), `ls -la ${path}\n`);
        const sftp = ['sftp', ...options(), '-P', String(proxy.port), '-b', at('batch')];
        return run([...sftp, 'x@127.0.0.1']);
      };
      const { code, stdout } = await list(at('d'));
      const { uid, gid } = statSync(at('d/f'));
      expect({ code, lines: stdout.replace(/ +/g, ' ').trim().split('\n').slice(1) }).toEqual({
        code: 0,
        lines: [
          expect.stringMatching(/^drwx.* \.$/),
          expect.stringMatching(/^drwx.* \.\.$/),
          `-rw-r----- ? ${uid} ${gid} 4 2001-09-09 01:46 f`,
          expect.stringMatching(/^drwx.* sub$/),
        ],
      });
      expect(await list(at('none'))).toMatchObject({ code: 1 });
    });

    test('sftp_command has the machine serve SFTP', async () => {
      const server = ['/usr/lib/openssh/sftp-server', '/usr/libexec/sftp-server'].find(existsSync);
      if (server === undefined) return console.warn('SKIPPED: there is no sftp-server here');
      await start({ sftpCommand: `${server} -e` });
      writeFileSync(at('from'), 'by the machine');
      const sftp = [
        'sftp',
        ...options(),
        '-P',
        String(proxy.port),
        '-b',
        put(at('from'), at('to')),
      ];
      expect(await run([...sftp, 'x@127.0.0.1'])).toMatchObject({ code: 0 });
      expect(readFileSync(at('to'), 'utf8')).toBe('by the machine');
      expect(machine.commands).toEqual([`${server} -e`]);
    });

    test('with a shell of Windows files are looked at by PowerShell', async () => {
      const { communicator } = machine;
      const scripts: string[] = [];
      await start({
        isWindows: true,
        communicator: {
          ...communicator,
          async run(command) {
            const encoded = /-EncodedCommand (\S+)/.exec(command.command)?.[1] ?? '';
            scripts.push(Buffer.from(encoded, 'base64').toString('utf16le'));
            if (scripts.length === 2) command.onStdout?.(Buffer.from('81b6 5 0 0 1 1\r\n'));
            return { exitCode: 0, disconnected: false };
          },
        },
      });
      writeFileSync(at('from'), 'there');
      const sftp = [
        'sftp',
        ...options(),
        '-P',
        String(proxy.port),
        '-b',
        at('batch'),
        'x@127.0.0.1',
      ];
      writeFileSync(at('batch'), `put ${at('from')} ${at('to')}\nrm ${at('it')}\n`);
      expect(await run(sftp)).toMatchObject({ code: 0 });
      expect(readFileSync(at('to'), 'utf8')).toBe('there');
      expect(scripts).toEqual([
        expect.stringContaining(`Get-Item -Force -LiteralPath '${at('to')}'`),
        expect.stringContaining(`Get-Item -Force -LiteralPath '${at('it')}'`),
        expect.stringContaining(`Remove-Item -Force -LiteralPath '${at('it')}'`),
      ]);
    });

    test('another key, a password and no key at all are refused', async () => {
      await start();
      const other = await makeKeyPair({ type: 'ed25519', comment: 'other' });
      writeFileSync(at('key'), other.privateKey);
      expect(await run(ssh('true'))).toMatchObject({
        code: 255,
        stderr: expect.stringContaining('Permission denied (publickey)'),
      });
      expect(machine.commands).toEqual([]);
    });

    test('closing it ends what runs through it, and leaves no file behind', async () => {
      await start();
      const child = running(ssh(`echo $$ > ${at('pid')}; exec sleep 600`));
      while (!existsSync(at('pid')) || readFileSync(at('pid'), 'utf8') === '') {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const ended = once(child, 'close');
      await proxy.close();
      const [code] = await ended;
      expect(code).toBe(255);
      const pid = Number(readFileSync(at('pid'), 'utf8'));
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(readdirSync(folder).toSorted()).toEqual(['key', 'known', 'pid']);
    });
  },
);

/** Every path below a folder with rights and content; times of files to the second. */
function treeOf(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const found = statSync(join(root, name));
      const rest = found.isDirectory()
        ? ''
        : `${Math.floor(found.mtimeMs / 1000)} ${readFileSync(join(root, name), 'utf8')}`;
      return `${name} ${found.mode.toString(8)} ${rest}`;
    });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
