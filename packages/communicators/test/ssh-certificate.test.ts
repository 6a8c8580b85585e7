import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { CommunicatorConfig } from '@bake/plugin-sdk';
import { type Sshd, startSshd, testContext, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { options } from './options.ts';

jest.setTimeout(60_000);

const reason = whyNoSshd();
const never = new AbortController().signal;
const keyKinds = [
  ['ed25519'],
  ['rsa', '-b', '2048'],
  ['ecdsa', '-b', '256'],
  ['ecdsa', '-b', '521'],
];
let folder: string;
let peer: Sshd;

if (reason === undefined) registerTests();
else test.skip(`certificates: ${reason}`, () => undefined);

/** Makes a key and a certificate for it, and gives the key's file. */
function makeKey(name: string, kind: readonly string[], principal = userInfo().username): string {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', ...kind, '-N', '', '-f', file]);
  const ca = join(folder, 'ca');
  execFileSync('ssh-keygen', ['-q', '-s', ca, '-I', name, '-n', principal, `${file}.pub`]);
  return file;
}

async function logIn(set: Partial<CommunicatorConfig>): Promise<number | undefined> {
  const { host = '', port = 0, username = '' } = peer.target;
  const config = options({ ssh_handshake_attempts: 1, ...set });
  const communicator = await ssh.connect(config, { host, port, username }, testContext());
  const { exitCode } = await communicator.run({ command: 'exit 5', signal: never });
  await communicator.close();
  return exitCode;
}

function registerTests(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-ca-'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'ca')]);
    peer = await startSshd([`TrustedUserCAKeys ${join(folder, 'ca.pub')}`]);
  });
  afterAll(async () => {
    await peer.stop();
    await rm(folder, { recursive: true });
  });

  test.each(keyKinds)(
    'ssh logs in with a certificate for a key of kind %s %s %s',
    async (...kind) => {
      const key = makeKey(kind.join(''), kind);
      const both = { ssh_private_key_file: key, ssh_certificate_file: `${key}-cert.pub` };
      expect(await logIn(both)).toBe(5);
      await expect(logIn({ ssh_private_key_file: key })).rejects.toThrow(
        'SSH authentication failed',
      );
    },
  );

  test('ssh goes through a bastion with a certificate', async () => {
    const bastion = await startSshd([
      `TrustedUserCAKeys ${join(folder, 'ca.pub')}`,
      'AuthorizedKeysFile none',
    ]);
    const key = makeKey('for-bastion', ['ed25519']);
    const set = {
      ssh_bastion_host: '127.0.0.1',
      ssh_bastion_port: bastion.target.port,
      ssh_bastion_private_key_file: key,
    };
    const certificate = { ssh_bastion_certificate_file: `${key}-cert.pub` };
    const own = makeKey('behind-bastion', ['ed25519']);
    const login = { ssh_private_key_file: own, ssh_certificate_file: `${own}-cert.pub` };
    expect(await logIn({ ...set, ...login, ...certificate })).toBe(5);
    await expect(
      logIn({
        ...set,
        ...login,
        ssh_bastion_certificate_file: '',
        ssh_certificate_file: '',
        ssh_timeout: 3000,
      }),
    ).rejects.toMatchObject({ detail: expect.stringContaining('did not get past the bastion') });
    await bastion.stop();
  });

  test('ssh is not let in with a certificate for someone else', async () => {
    const key = makeKey('else', ['ed25519'], 'somebody-else');
    const both = { ssh_private_key_file: key, ssh_certificate_file: `${key}-cert.pub` };
    await expect(logIn(both)).rejects.toThrow('SSH authentication failed');
  });

  test.each([
    { certificate: 'other-cert.pub', summary: 'The SSH certificate is for another key' },
    { certificate: 'mine.pub', summary: 'Not an SSH certificate' },
    { certificate: 'nothing', summary: 'Cannot read the SSH certificate file' },
  ])('check says what is wrong with $certificate', async ({ certificate, summary }) => {
    for (const name of ['mine', 'other']) {
      await rm(join(folder, name), { force: true });
      makeKey(name, ['ed25519']);
    }
    const found: unknown[] = [];
    const config = options({
      ssh_username: 'u',
      ssh_private_key_file: join(folder, 'mine'),
      ssh_certificate_file: join(folder, certificate),
    });
    await ssh.check?.(config, (option, { summary }) => found.push({ option, summary }));
    expect(found).toEqual([{ option: 'ssh_certificate_file', summary }]);
  });

  test('check wants the key for a certificate', async () => {
    const found: unknown[] = [];
    const config = options({ ssh_username: 'u', ssh_certificate_file: 'x' });
    await ssh.check?.(config, (option) => found.push(option));
    expect(found).toEqual(['ssh_certificate_file']);
  });
}
