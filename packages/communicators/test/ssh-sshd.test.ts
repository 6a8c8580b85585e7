import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSshd, testContext, whyNoSshd } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { options } from './options.ts';
import { expectSsh } from './ssh-behaviour.ts';

const reason = whyNoSshd();
const never = new AbortController().signal;

if (reason === undefined) {
  expectSsh(startSshd);
  registerSshdTests();
} else {
  console.warn(`SKIPPED: ssh against OpenSSH: ${reason}`);
  test.skip(`ssh against OpenSSH: ${reason}`, () => undefined);
}

function registerSshdTests(): void {
  test('download reads files that hide their size', async () => {
    const peer = await startSshd();
    const communicator = await ssh.connect(options(), peer.target, testContext());
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

  test('upload says so when the server has no SFTP', async () => {
    const peer = await startSshd(['Subsystem none /bin/false']);
    const communicator = await ssh.connect(options(), peer.target, testContext());
    const work = communicator.upload({ data: randomBytes(3) }, peer.remote('x'), never);
    await expect(work).rejects.toThrow('The machine has no SFTP');
    expect((await communicator.run({ command: 'exit 0', signal: never })).exitCode).toBe(0);
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
