import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSshd, testContext, whyNoSshd } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { options } from './options.ts';
import { expectSsh } from './ssh-behaviour.ts';
import { expectTransfers } from './transfer-behaviour.ts';

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
    const work = communicator.run({ command: 'sleep 3', signal: never });
    await sleep(200);
    peer.killSessions();
    expect(await work).toEqual({ exitCode: undefined, disconnected: true });
    const next = await communicator.run({ command: 'exit 4', signal: never });
    expect(next).toEqual({ exitCode: 4, disconnected: false });
    await communicator.close();
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
