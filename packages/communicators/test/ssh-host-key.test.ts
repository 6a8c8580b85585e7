import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommunicatorConfig } from '@bake/plugin-sdk';
import { type Sshd, startSshd, testContext, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { options } from './options.ts';

jest.setTimeout(60_000);

const reason = whyNoSshd();
const never = new AbortController().signal;
let folder: string;
let peer: Sshd;
let rsaKey: string;

if (reason === undefined) registerTests();
else test.skip(`host keys of OpenSSH: ${reason}`, () => undefined);

async function run(set: Partial<CommunicatorConfig>): Promise<number | undefined> {
  const communicator = await ssh.connect(options(set), peer.target, testContext());
  const { exitCode } = await communicator.run({ command: 'exit 5', signal: never });
  await communicator.close();
  return exitCode;
}

/** Type and data of a public key. */
async function publicKey(file: string): Promise<string> {
  return (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
}

async function knownHosts(content: string): Promise<Partial<CommunicatorConfig>> {
  const file = join(folder, 'known_hosts');
  await writeFile(file, `# comment\n\n${content}\n`);
  return { ssh_known_hosts_file: file };
}

function registerTests(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-host-'));
    rsaKey = join(folder, 'rsa');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsaKey]);
    peer = await startSshd([`HostKey ${rsaKey}`]);
  });
  afterAll(async () => {
    await peer.stop();
    await rm(folder, { recursive: true });
  });

  test('ssh accepts the host key with the fingerprint, as ssh-keygen shows it', async () => {
    const shown = execFileSync('ssh-keygen', ['-l', '-f', `${peer.hostKey}.pub`]).toString();
    expect(await run({ ssh_host_key_fingerprint: shown.split(' ')[1] ?? '' })).toBe(5);
  });

  test('ssh refuses a host key with another fingerprint, at once and before any login', async () => {
    const start = Date.now();
    const work = run({ ssh_host_key_fingerprint: `SHA256:${'A'.repeat(43)}` });
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      message: 'The machine has another SSH host key than expected',
      detail: expect.stringMatching(/^Its key has the fingerprint SHA256:\S{43}, and /),
    });
    expect(Date.now() - start).toBeLessThan(60_000);
  });

  test.each([
    { form: 'plain', line: (host: string, key: string) => `${host} ${key} comment` },
    { form: 'in a list', line: (host: string, key: string) => `example.org,${host} ${key}` },
    { form: 'as a pattern', line: (_: string, key: string) => `[127.0.0.?]:* ${key}` },
  ])('ssh accepts a host that is known, $form', async ({ line }) => {
    const set = await knownHosts(
      line(`[127.0.0.1]:${peer.target.port}`, await publicKey(peer.hostKey)),
    );
    expect(await run(set)).toBe(5);
  });

  test('ssh accepts a host whose name is hashed', async () => {
    const name = `[127.0.0.1]:${peer.target.port}`;
    const set = await knownHosts(`${name} ${await publicKey(peer.hostKey)}`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', set.ssh_known_hosts_file ?? ''], {
      stdio: 'ignore',
    });
    expect(await readFile(set.ssh_known_hosts_file ?? '', 'utf8')).not.toContain(name);
    expect(await run(set)).toBe(5);
  });

  test('ssh asks a server with several keys for the kind that is known', async () => {
    const key = await publicKey(rsaKey);
    expect(await run(await knownHosts(`[127.0.0.1]:${peer.target.port} ${key}`))).toBe(5);
  });

  test.each([
    {
      what: 'is unknown',
      line: (key: string) => `other.example ${key}`,
      message: 'The SSH host key of the machine is not known',
    },
    {
      what: 'is known with another key',
      line: () => `[127.0.0.1]:* ssh-ed25519 ${Buffer.from('other').toString('base64')}`,
      message: 'The machine has another SSH host key than expected',
    },
    {
      what: 'has a revoked key',
      line: (key: string) => `[127.0.0.1]:* ${key}\n@revoked * ${key}`,
      message: 'The SSH host key of the machine is revoked',
    },
    {
      what: 'is excluded',
      line: (key: string) => `[127.0.0.1]:*,![127.0.0.1]:* ${key}`,
      message: 'The SSH host key of the machine is not known',
    },
  ])('ssh refuses a host that $what', async ({ line, message }) => {
    const work = run(await knownHosts(line(await publicKey(peer.hostKey))));
    await expect(work).rejects.toMatchObject({ name: 'Failure', message });
  });

  test('ssh says that the file is not there', async () => {
    const work = run({ ssh_known_hosts_file: join(folder, 'nothing') });
    await expect(work).rejects.toThrow('Cannot read the SSH known hosts file');
  });
}
