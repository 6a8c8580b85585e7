import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommunicatorConfig, type ConnectTarget, makeKeyPair } from '@bake/plugin-sdk';
import {
  type Sshd,
  startSshd,
  type TestContextOptions,
  testContext,
  whyNoPasswords,
  whyNoSshd,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { withAgent } from './agent.ts';
import { options } from './options.ts';

jest.setTimeout(60_000);

const never = new AbortController().signal;
const password = 'gehéim $1';
let folder: string;

const noSshd = whyNoSshd();
if (noSshd === undefined) {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-login-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  describe('with keys', registerKeyTests);
  describe('with passwords', () => {
    const noPasswords = whyNoPasswords();
    if (noPasswords === undefined) registerPasswordTests();
    else skip(`passwords: ${noPasswords}`);
  });
} else {
  skip(`logins at OpenSSH: ${noSshd}`);
}

function skip(what: string): void {
  console.warn(`SKIPPED: ${what}`);
  test.skip(what, () => undefined);
}

/** Logs in, runs a command and gives what it put out. */
async function logIn(
  set: Partial<CommunicatorConfig>,
  target: ConnectTarget,
  more: TestContextOptions & { readonly command?: string } = {},
): Promise<string> {
  const config = options({ ssh_handshake_attempts: 1, ssh_timeout: 15_000, ...set });
  const communicator = await ssh.connect(config, target, testContext(more));
  const chunks: Uint8Array[] = [];
  try {
    await communicator.run({
      command: more.command ?? 'echo in',
      onStdout: (chunk) => chunks.push(chunk),
      signal: never,
    });
    return Buffer.concat(chunks).toString();
  } finally {
    await communicator.close();
  }
}

function address({ target: { host = '', port = 0, username = '' } }: Sshd): ConnectTarget {
  return { host, port, username };
}

function registerKeyTests(): void {
  let peer: Sshd;
  let authorized: string;

  beforeAll(async () => {
    authorized = join(folder, 'authorized_keys');
    peer = await startSshd([`AuthorizedKeysFile ${authorized}`]);
  });
  afterAll(() => peer.stop());

  /** Writes a key as ssh-keygen does, and lets it in. */
  async function generated(kind: readonly string[], form: readonly string[]): Promise<string> {
    const file = join(folder, 'generated');
    await Promise.all([rm(file, { force: true }), rm(`${file}.pub`, { force: true })]);
    execFileSync('ssh-keygen', ['-q', '-t', ...kind, ...form, '-N', '', '-f', file]);
    await writeFile(authorized, await readFile(`${file}.pub`));
    return file;
  }

  test.each([
    { kind: ['rsa', '-b', '2048'] },
    { kind: ['ecdsa', '-b', '256'] },
    { kind: ['ecdsa', '-b', '384'] },
    { kind: ['ecdsa', '-b', '521'] },
    { kind: ['ed25519'] },
  ])('ssh logs in with an OpenSSH file of kind $kind', async ({ kind }) => {
    const file = await generated(kind, []);
    expect(await readFile(file, 'utf8')).toContain('BEGIN OPENSSH PRIVATE KEY');
    expect(await logIn({ ssh_private_key_file: file }, address(peer))).toBe('in\n');
  });

  test.each([
    { kind: ['rsa', '-b', '2048'], form: 'PEM', head: 'BEGIN RSA PRIVATE KEY' },
    { kind: ['ecdsa', '-b', '256'], form: 'PEM', head: 'BEGIN EC PRIVATE KEY' },
    { kind: ['ecdsa', '-b', '521'], form: 'PEM', head: 'BEGIN EC PRIVATE KEY' },
    { kind: ['rsa', '-b', '2048'], form: 'PKCS8', head: 'BEGIN PRIVATE KEY' },
    { kind: ['ecdsa', '-b', '384'], form: 'PKCS8', head: 'BEGIN PRIVATE KEY' },
  ])('ssh logs in with a $form file of kind $kind', async ({ kind, form, head }) => {
    const file = await generated(kind, ['-m', form]);
    expect(await readFile(file, 'utf8')).toContain(head);
    expect(await logIn({ ssh_private_key_file: file }, address(peer))).toBe('in\n');
  });

  // ssh-keygen has no PKCS#8 for this kind; OpenSSL and Go do.
  test('ssh logs in with a PKCS#8 file of kind ed25519', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const file = join(folder, 'pkcs8-ed25519');
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(authorized, ed25519Line(publicKey));
    expect(await logIn({ ssh_private_key_file: file }, address(peer))).toBe('in\n');
  });

  test.each([{ type: 'rsa' }, { type: 'ecdsa' }, { type: 'ed25519' }])(
    'ssh logs in with a temporary key of kind $type',
    async ({ type }) => {
      const { privateKey, publicKey } = await makeKeyPair({ type, comment: 'packer' });
      await writeFile(authorized, `${publicKey}\n`);
      expect(await logIn({}, { ...address(peer), privateKey })).toBe('in\n');
    },
    60_000,
  );

  test('ssh is not let in with a key that the machine does not know', async () => {
    const { privateKey } = await makeKeyPair({ type: 'ed25519', comment: 'other' });
    await expect(logIn({}, { ...address(peer), privateKey })).rejects.toMatchObject({
      name: 'Failure',
      message: 'SSH authentication failed',
    });
  });

  test('ssh finds the right key among those of an agent', async () => {
    const { privateKey, publicKey } = await makeKeyPair({ type: 'ecdsa', comment: 'mine' });
    await writeFile(authorized, `${publicKey}\n`);
    const work = () => logIn({ ssh_agent_auth: true }, address(peer));
    expect(await withAgent(privateKey, work)).toBe('in\n');
  });

  test.each([
    { disabled: false, seen: /^256 SHA256:\S+ .*\(ED25519\)$/m },
    { disabled: true, seen: /no agent/ },
  ])(
    'commands see the agent unless forwarding it is off ($disabled)',
    async ({ disabled, seen }) => {
      const { privateKey, publicKey } = await makeKeyPair({ type: 'ed25519', comment: 'mine' });
      await writeFile(authorized, `${publicKey}\n`);
      const command = 'test -S "$SSH_AUTH_SOCK" && ssh-add -l || echo no agent';
      const set = { ssh_agent_auth: true, ssh_disable_agent_forwarding: disabled };
      const work = () => logIn(set, address(peer), { command });
      expect(await withAgent(privateKey, work)).toMatch(seen);
    },
  );

  test.each([
    { option: 'ssh_ciphers', line: 'Ciphers', one: 'aes256-ctr', other: 'aes128-ctr' },
    {
      option: 'ssh_key_exchange_algorithms',
      line: 'KexAlgorithms',
      one: 'ecdh-sha2-nistp384',
      other: 'diffie-hellman-group14-sha256',
    },
  ])('$option has to have what the machine has', async ({ option, line, one, other }) => {
    const strict = await startSshd([`${line} ${one}`]);
    const target = { ...address(strict), privateKey: strict.target.privateKey ?? '' };
    expect(await logIn({ [option]: [one] }, target)).toBe('in\n');
    const work = logIn({ [option]: [other], ssh_timeout: 3000 }, target);
    await expect(work).rejects.toMatchObject({
      detail: expect.stringMatching(/SSH key exchange failed.*Check .*"ssh_ciphers"/),
    });
    await strict.stop();
  });
}

function registerPasswordTests(): void {
  const byPassword = ['AuthenticationMethods password', 'KbdInteractiveAuthentication no'];
  const byQuestions = [
    'UsePAM yes',
    'KbdInteractiveAuthentication yes',
    'AuthenticationMethods keyboard-interactive',
  ];
  let asking: Sshd;
  let taking: Sshd;
  let inner: Sshd;

  beforeAll(async () => {
    asking = await startSshd(byQuestions, { password });
    taking = await startSshd(byPassword, { password });
    inner = await startSshd();
  });
  afterAll(() => Promise.all([asking.stop(), taking.stop(), inner.stop()]));

  const servers = [
    { how: 'as a password', peer: () => taking },
    { how: 'as an answer to its question', peer: () => asking },
  ];

  test.each(servers)('ssh gives the password $how', async ({ peer }) => {
    expect(await logIn({ ssh_password: password }, address(peer()))).toBe('in\n');
  });

  test.each(servers)('ssh is not let in with another password $how', async ({ peer }) => {
    await expect(logIn({ ssh_password: 'other' }, address(peer()))).rejects.toMatchObject({
      name: 'Failure',
      message: 'SSH authentication failed',
      detail: expect.stringContaining('reached the SSH server, but was not let in'),
    });
  });

  const through = ({ target }: Sshd): Partial<CommunicatorConfig> => ({
    ssh_bastion_host: '127.0.0.1',
    ssh_bastion_port: target.port,
  });

  test.each(servers)('ssh gives the bastion its password $how', async ({ peer }) => {
    const set = { ...through(peer()), ssh_bastion_password: password };
    expect(await logIn(set, inner.target)).toBe('in\n');
  });

  test.each([
    { ...servers[0], question: 'Password: ' },
    { ...servers[1], question: 'Password: ' },
  ])(
    'ssh_bastion_interactive asks for the password, and gives it $how',
    async ({ peer, question }) => {
      const bastion = peer?.() as Sshd;
      const config = options({ ...through(bastion), ssh_bastion_interactive: true });
      const context = testContext({ answers: [password] });
      const communicator = await ssh.connect(config, inner.target, context);
      inner.killSessions();
      bastion.killSessions();
      // Connecting again is no reason to ask again.
      expect(await communicator.run({ command: 'exit 5', signal: never })).toMatchObject({
        exitCode: 5,
      });
      await communicator.close();
      expect(context.questions).toEqual([
        expect.stringMatching(`^${inner.target.username}@127.0.0.1: .*${question}$`),
      ]);
      expect(context.secretQuestions).toEqual(context.questions);
    },
  );

  test('ssh_bastion_interactive asks again when the bastion did not take the answer', async () => {
    const config = options({ ...through(asking), ssh_bastion_interactive: true });
    const context = testContext({ answers: ['wrong', password] });
    const communicator = await ssh.connect(config, inner.target, context);
    await communicator.close();
    expect(context.questions).toHaveLength(2);
  });

  test('ssh_bastion_interactive fails at once when nobody is there to answer', async () => {
    const set = { ...through(asking), ssh_bastion_interactive: true, ssh_handshake_attempts: 0 };
    await expect(logIn(set, inner.target)).rejects.toMatchObject({
      name: 'Failure',
      message: 'Nobody is there to answer',
    });
  });
}

function ed25519Line(key: KeyObject): string {
  const { x = '' } = key.export({ format: 'jwk' });
  const fields = [Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')];
  const blob = fields.map((bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return `ssh-ed25519 ${Buffer.concat(blob).toString('base64')}\n`;
}
