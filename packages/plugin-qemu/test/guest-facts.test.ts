import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectTarget, makeKeyPair } from '@bake/plugin-sdk';
import { fakeMachine, whyNoQemu, writeTinyGuest } from '@bake/plugin-sdk/testing';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import qemu, { type QemuConfig } from '../src/builder/component.ts';
import { type CorePart, config, testBuild } from './test-build.ts';

jest.setTimeout(120_000);
const reason = whyNoQemu();
const when = reason === undefined ? describe : describe.skip;

when(`what a guest of qemu gets to know${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bake-qemu-facts-'));
  const guest = join(folder, 'guest.raw');
  writeTinyGuest(guest, 'keys', 'print keys');
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The guest stays, and is switched off. */
  async function build(set: Partial<QemuConfig>, part: CorePart): Promise<void> {
    const { context, test } = testBuild(part);
    const options: Partial<QemuConfig> = {
      iso_url: guest,
      output_directory: join(folder, 'out'),
      communicator: 'ssh',
      ssh_host: '127.0.0.1',
      shutdown_timeout: 300,
      ...set,
    };
    const artifact = await qemu
      .build(config(options), context)
      .finally(() => test.cleanUp('succeeded'));
    await artifact?.destroy();
  }

  test('the public half of the key of the template', async () => {
    const console = join(folder, 'console');
    const file = join(folder, 'key');
    const { privateKey, publicKey } = await makeKeyPair({ type: 'ed25519', comment: '' });
    writeFileSync(file, privateKey);
    const wanted = `keys\r\n${publicKey}`;
    const size = (): number => statSync(console, { throwIfNoEntry: false })?.size ?? 0;
    let target: ConnectTarget = {};
    await build(
      {
        ssh_private_key_file: file,
        boot_command: ['{{ .SSHPublicKey }}'],
        boot_wait: 1500,
        boot_key_interval: 5,
        qemuargs: [['-serial', `file:${console}`]],
      },
      {
        connect: async (_, given) => {
          target = given;
          // What is typed takes a while to come out again.
          for (let tries = 0; tries < 300 && size() < wanted.length; tries += 1) await sleep(100);
          return fakeMachine();
        },
      },
    );
    expect(readFileSync(console, 'latin1')).toBe(wanted);
    expect(target.publicKey).toBe(publicKey);
  });

  test.each<[string, Partial<QemuConfig>, boolean]>([
    ['this computer alone', {}, false],
    ['whom the template says', { http_bind_address: '0.0.0.0' }, true],
    ['everybody in networks of the template', { qemuargs: [['-netdev', 'user,id=user.0']] }, true],
  ])('files over HTTP are for %s', async (_, set, isOpen) => {
    let isReached = false;
    await build(
      { ssh_password: 'x', http_content: { '/x': 'x' }, ...set },
      {
        provision: async (_, { PackerHTTPPort }) => {
          // Another address of this computer, as one that others reach would be.
          const answer = fetch(`http://127.0.0.2:${PackerHTTPPort}/x`);
          isReached = await answer.then(
            ({ ok }) => ok,
            () => false,
          );
        },
      },
    );
    expect(isReached).toBe(isOpen);
  });
});
