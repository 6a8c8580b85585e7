import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandResult, type Communicator, clearAuthorizedKeys } from '@bake/plugin-sdk';
import {
  asNobody,
  type Sshd,
  startFaultyLine,
  startSshd,
  testContext,
  whyNoSshd,
} from '@bake/plugin-sdk/testing';
import { describe, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { eventually } from './eventually.ts';
import { options } from './options.ts';
import { expectSsh } from './ssh-behaviour.ts';
import { expectTransfers } from './transfer-behaviour.ts';

jest.setTimeout(60_000);

/** A long command, once it runs: before that, a loss has the communicator connect again. */
async function started(
  peer: Sshd,
  communicator: Communicator,
): Promise<{ readonly result: Promise<CommandResult> }> {
  const mark = peer.remote('started');
  const result = communicator.run({ command: `touch ${mark}; exec sleep 60`, signal: never });
  await eventually(() => stat(mark));
  return { result };
}

const reason = whyNoSshd();
const never = new AbortController().signal;

if (reason === undefined) {
  expectSsh(startSshd);
  describe.each(['scp', 'sftp'] as const)('by %s:', (method) => {
    expectTransfers(startSshd, method);
  });
  registerSshdTests();
} else {
  console.warn(`SKIPPED: ssh against OpenSSH: ${reason}`);
  test.skip(`ssh against OpenSSH: ${reason}`, () => undefined);
}

function registerSshdTests(): void {
  test('download reads files that hide their size', async () => {
    const peer = await startSshd();
    const config = options({ ssh_file_transfer_method: 'sftp' });
    const communicator = await ssh.connect(config, peer.target, testContext());
    const sink = new PassThrough();
    const content = text(sink);
    await communicator.download('/proc/version', sink, never);
    expect(await content).toBe(await readFile('/proc/version', 'utf8'));
    await communicator.close();
    await peer.stop();
  });

  test('run tells a lost connection from a failed command, and the next one connects again', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const work = await started(peer, communicator);
    peer.killSessions();
    expect(await work.result).toEqual({ exitCode: undefined, disconnected: true });
    const next = await communicator.run({ command: 'exit 4', signal: never });
    expect(next).toEqual({ exitCode: 4, disconnected: false });
    await communicator.close();
    await peer.stop();
  });

  test('ssh waits for sessions, too, and says when it gets none', async () => {
    const peer = await startSshd(['MaxSessions 0']);
    const context = testContext();
    const work = ssh.connect(options({ ssh_timeout: 2500 }), peer.target, context);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringMatching(/^Timeout waiting for SSH after /),
      detail: expect.stringMatching(/was let in, but the machine starts no session: .*MaxSessions/),
    });
    expect(context.ui.said.at(-1)).toMatch(
      /^Still waiting for SSH after .* was let in, but the machine starts no session/,
    );
    expect(peer.sessions()).toBe(0);
    await peer.stop();
  });

  test('trying out a session takes none away from commands', async () => {
    const peer = await startSshd(['MaxSessions 1']);
    const { host = '', port = 0 } = peer.target;
    const line = await startFaultyLine({ host, port }, () => ({}));
    const target = { ...peer.target, port: line.port };
    const communicator = await ssh.connect(options(), target, testContext());
    // The server needs a moment to see that it is over.
    await sleep(1000);
    expect((await communicator.run({ command: 'exit 3', signal: never })).exitCode).toBe(3);
    expect(line.connections).toBe(1);
    await communicator.close();
    await line.stop();
    await peer.stop();
  });

  test('run opens another connection when the server gives no more sessions', async () => {
    const peer = await startSshd(['MaxSessions 2']);
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const results = await Promise.all(
      [1, 2, 3].map((n) => communicator.run({ command: `sleep 0.3; exit ${n}`, signal: never })),
    );
    expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3]);
    await communicator.close();
    await peer.stop();
  });

  test.each([
    {
      lack: 'no SFTP',
      method: 'sftp' as const,
      config: ['Subsystem none /bin/false'],
      notice: /^Files cannot travel by sftp \(.*subsystem.*\); going on with scp\./,
    },
    {
      lack: 'no scp',
      method: 'scp' as const,
      config: ['SetEnv PATH=/nowhere'],
      notice: /^Files cannot travel by scp \(it has no scp program\); going on with sftp\./,
    },
    {
      lack: 'only SFTP',
      method: 'scp' as const,
      config: ['ForceCommand internal-sftp'],
      notice: /^Files cannot travel by scp \(instead of scp, this answered: This service allows/,
    },
  ])('transfers go the other way, with one notice, when the server has $lack', async (row) => {
    const peer = await startSshd(row.config);
    const context = testContext();
    const config = options({ ssh_file_transfer_method: row.method });
    const communicator = await ssh.connect(config, peer.target, context);
    const data = () => Readable.from(['by the other way']);
    await Promise.all(
      ['a', 'b'].map((name) => communicator.upload({ data: data() }, peer.remote(name), never)),
    );
    const sink = new PassThrough();
    const content = text(sink);
    await communicator.download(peer.remote('b'), sink, never);
    expect(await content).toBe('by the other way');
    expect(context.ui.said.slice(3)).toEqual([expect.stringMatching(row.notice)]);
    await communicator.close();
    await peer.stop();
  });

  test('upload says so when the server has neither scp nor SFTP', async () => {
    const peer = await startSshd(['Subsystem none /bin/false', 'SetEnv PATH=/nowhere']);
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const work = communicator.upload({ data: randomBytes(3) }, peer.remote('x'), never);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      message: 'The machine can move files neither by scp nor by SFTP',
      detail: expect.stringContaining('scp: it has no scp program; sftp: '),
    });
    expect((await communicator.run({ command: 'exit 0', signal: never })).exitCode).toBe(0);
    await communicator.close();
    await peer.stop();
  });

  test('scp paths have ~ and $NAME expanded by the machine, as with Packer', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options(), peer.target, testContext());
    await communicator.run({ command: 'mkdir ~/there', signal: never });
    await communicator.upload({ data: 'a' }, '~/there/$x', never);
    await communicator.upload({ data: 'b' }, '$HOME/there/b', never);
    const found = await readdir(join(peer.home, 'there'));
    expect(found.sort()).toEqual(['$x', 'b']);
    await communicator.close();
    await peer.stop();
  });

  test('clearAuthorizedKeys takes out the lines that end with the comment, and no others', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const file = join(peer.home, '.ssh', 'authorized_keys');
    await mkdir(join(peer.home, '.ssh'));
    await writeFile(
      file,
      'ssh-rsa A me\nssh-rsa B packer.x/1\nssh-rsa C packer.x/1 not\nssh-rsa D packer_x/1\n',
    );
    expect(await clearAuthorizedKeys(communicator, 'packer.x/1', never)).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe(
      'ssh-rsa A me\nssh-rsa C packer.x/1 not\nssh-rsa D packer_x/1\n',
    );
    expect(await readdir(join(peer.home, '.ssh'))).toEqual(['authorized_keys']);
    await communicator.close();
    await peer.stop();
  });

  test("a machine's answers to keep-alives keep a silent command from counting as lost", async () => {
    const peer = await startSshd();
    const config = options({ ssh_read_write_timeout: 800, ssh_keep_alive_interval: 350 });
    const communicator = await ssh.connect(config, peer.target, testContext());
    const quiet = await communicator.run({ command: 'sleep 1; exit 3', signal: never });
    expect(quiet.exitCode).toBe(3);
    await communicator.close();
    await peer.stop();
  });

  test('a frozen machine counts as lost after ssh_read_write_timeout', async () => {
    const peer = await startSshd();
    // Without keep-alives, which would tell it as well.
    const config = options({ ssh_read_write_timeout: 800, ssh_keep_alive_interval: -1 });
    const communicator = await ssh.connect(config, peer.target, testContext());
    const work = await started(peer, communicator);
    peer.signalSessions('SIGSTOP');
    expect(await work.result).toEqual({ exitCode: undefined, disconnected: true });
    await communicator.close();
    await peer.stop();
  });

  test('keep-alives alone tell that a machine is frozen', async () => {
    const peer = await startSshd();
    const config = options({ ssh_keep_alive_interval: 100 });
    const communicator = await ssh.connect(config, peer.target, testContext());
    const work = await started(peer, communicator);
    peer.signalSessions('SIGSTOP');
    expect(await work.result).toEqual({ exitCode: undefined, disconnected: true });
    await communicator.close();
    await peer.stop();
  }, 30_000);

  test.each(['scp', 'sftp'] as const)(
    'an upload by %s to a machine that takes no more ends after ssh_read_write_timeout',
    async (method) => {
      const peer = await startSshd();
      const config = options({
        ssh_file_transfer_method: method,
        ssh_read_write_timeout: 1000,
        ssh_keep_alive_interval: -1,
      });
      const communicator = await ssh.connect(config, peer.target, testContext());
      let given = 0;
      const endless = new Readable({
        read() {
          given += 64 * 1024;
          if (given === 64 * 1024 * 200) peer.signalSessions('SIGSTOP');
          this.push(Buffer.alloc(64 * 1024));
        },
      });
      const work = communicator.upload({ data: endless, size: 1e12 }, peer.remote('x'), never);
      await expect(work).rejects.toMatchObject({
        message: expect.stringContaining('lost the connection'),
        detail: expect.stringMatching(/nothing came from the machine for 1 seconds|connection/),
      });
      await communicator.close();
      await peer.stop();
    },
    30_000,
  );

  test.each([
    {
      what: 'refuses content',
      script: `printf '\\0\\0'; sleep 0.2; printf '\\1scp: x: No space left on device\\n'; exit 1`,
    },
    {
      what: 'dies on the way',
      script: `printf '\\0\\0'; sleep 0.2; echo 'No space left on device' >&2; exit 1`,
    },
    {
      what: 'fails in the end, after it has taken all',
      script: `printf '\\0\\0\\0'; cat > /dev/null; echo 'No space left on device' >&2; exit 1`,
    },
  ])('upload ends with a clear error when scp $what', async ({ script }) => {
    const peer = await startSshd();
    const scp = peer.remote('scp');
    await writeFile(scp, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const other = await startSshd([`SetEnv PATH=${peer.folder}:/usr/bin:/bin`]);
    const communicator = await ssh.connect(options(), other.target, testContext());
    const data = Readable.from(Array(1000).fill(Buffer.alloc(64 * 1024)));
    const work = communicator.upload({ data, size: 64_000 * 1024 }, other.remote('x'), never);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      message: `Cannot upload to ${other.remote('x')}: no space left on device`,
    });
    await communicator.close();
    await Promise.all([peer.stop(), other.stop()]);
  });

  test.each(['scp', 'sftp'] as const)(
    'an upload by %s of a folder rejects when a file in it may not be read',
    async (method) => {
      const peer = await startSshd();
      const config = options({ ssh_file_transfer_method: method });
      const communicator = await ssh.connect(config, peer.target, testContext());
      // Where everybody may look.
      const tree = await mkdtemp(join(tmpdir(), 'bake-locked-'));
      await chmod(tree, 0o755);
      await writeFile(join(tree, 'secret'), 'x', { mode: 0 });
      await mkdir(peer.remote('to'));
      const work = asNobody(() => communicator.uploadDir(`${tree}/`, peer.remote('to'), never));
      await expect(work).rejects.toMatchObject({
        name: 'Failure',
        message: expect.stringContaining('permission denied'),
        detail: 'The problem is with a file on this side, not on the machine.',
      });
      expect(await readdir(peer.remote('to'))).toEqual([]);
      await rm(tree, { recursive: true });
      await communicator.close();
      await peer.stop();
    },
  );

  test('an upload that is cancelled ends with what the machine still makes of it there, to be removed', async () => {
    const peer = await startSshd();
    const [begun, late] = [peer.remote('begun'), peer.remote('late')];
    const script = `printf '\\0'; head -c 1 > ${begun}; cat > /dev/null; sleep 0.5; : > ${late}`;
    await writeFile(peer.remote('scp'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const other = await startSshd([`SetEnv PATH=${peer.folder}:/usr/bin:/bin`]);
    const communicator = await ssh.connect(options(), other.target, testContext());
    const cancel = new AbortController();
    const work = communicator.upload({ data: 'x' }, other.remote('x'), cancel.signal);
    await eventually(async () => (await stat(begun)).size === 1);
    cancel.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    expect(existsSync(late)).toBe(true);
    await communicator.close();
    await Promise.all([peer.stop(), other.stop()]);
  });

  test('run ends all that a command has started, and lets it clear up', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const at = (name: string): string => peer.remote(name);
    const script = `
      # A session of its own, as what Puppet starts has, that holds no output of ours.
      setsid sh -c 'echo $$ > ${at('away')}; exec sleep 600' < /dev/null > /dev/null 2>&1 &
      trap 'touch ${at('cleared')}; exit' INT
      until [ -s ${at('away')} ]; do sleep 0.05; done
      touch ${at('up')}; sleep 600`;
    const cancel = new AbortController();
    const work = communicator.run({ command: script, signal: cancel.signal });
    await eventually(() => stat(at('up')));
    cancel.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    const pid = (await readFile(at('away'), 'utf8')).trim();
    // It may have ended and wait for its parent to take note of it.
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z ');
    expect(state).toContain(') Z ');
    expect(existsSync(at('cleared'))).toBe(true);
    // What begins afterwards is none of it.
    expect(await communicator.run({ command: 'sleep 0.3', signal: never })).toMatchObject({
      exitCode: 0,
    });
    await communicator.close();
    await peer.stop();
  });

  test('run ends one of several commands, and leaves the others alone', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const cancel = new AbortController();
    const up = (name: string): Promise<unknown> => eventually(() => stat(peer.remote(name)));
    const [first, second] = ['first', 'second'].map((name) => {
      const command = `touch ${peer.remote(name)}; sleep 2; echo ${name}`;
      const signal = name === 'first' ? cancel.signal : never;
      return communicator.run({ command, signal });
    });
    await Promise.all([up('first'), up('second')]);
    cancel.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(await second).toMatchObject({ exitCode: 0 });
    await communicator.close();
    await peer.stop();
  });

  test('downloadDir refuses names that lead out of the folder', async () => {
    const peer = await startSshd();
    const script = `printf 'D0755 0 x\\nC0644 4 ../evil\\nevil\\0E\\n'; cat > /dev/null`;
    await writeFile(peer.remote('scp'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const other = await startSshd([`SetEnv PATH=${peer.folder}:/usr/bin:/bin`]);
    const communicator = await ssh.connect(options(), other.target, testContext());
    const work = communicator.downloadDir('/x', join(other.folder, 'local'), never);
    await expect(work).rejects.toThrow('The machine sent a name that is none: "../evil"');
    expect(await readdir(other.folder, { recursive: true })).toEqual(['local', 'local/x']);
    await communicator.close();
    await Promise.all([peer.stop(), other.stop()]);
  });

  test('run gives the command a terminal when ssh_pty is set', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options({ ssh_pty: true }), peer.target, testContext());
    const chunks: Uint8Array[] = [];
    await communicator.run({
      command: 'tty && stty size && echo $TERM',
      signal: never,
      onStdout: (chunk) => chunks.push(chunk),
    });
    const lines = Buffer.concat(chunks).toString().split('\r\n');
    expect(lines).toEqual([expect.stringMatching('^/dev/'), '40 80', 'xterm', '']);
    await communicator.close();
    await peer.stop();
  });
}
