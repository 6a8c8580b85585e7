import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { WinrmMachine, WinrmMachineOptions } from './winrm-machine/machine.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';

/**
 * The machine that our client is tested with, tested with a client that others have made: what both can talk to, and seal
 * for, is not just what one person took the protocol for.
 */
const python = '/usr/bin/python3';
const reason = whyNoPywinrm();
let root: string;
let machine: WinrmMachine | undefined;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bake-pywinrm-'));
  await writeFile(join(root, 'openssl.cnf'), legacyOpenssl);
});
afterEach(() => machine?.close());
afterAll(() => rm(root, { recursive: true }));

/** Python's NTLM takes MD4 from OpenSSL, which has it here. */
const legacyOpenssl = `openssl_conf = main
[main]
providers = providers
[providers]
default = on
legacy = on
[on]
activate = 1
`;

if (reason === undefined) {
  registerTests();
} else {
  console.warn(`SKIPPED: the WinRM machine with pywinrm: ${reason}`);
  test.skip(`the WinRM machine with pywinrm: ${reason}`, () => undefined);
}

function whyNoPywinrm(): string | undefined {
  try {
    execFileSync(python, ['-c', 'import winrm, requests_ntlm'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no pywinrm (Debian: python3-winrm)';
  }
}

function registerTests(): void {
  test.each<[string, Partial<WinrmMachineOptions>, string, string]>([
    ['basic', { logins: ['basic'] }, 'plaintext', 'auto'],
    ['basic with TLS', { logins: ['basic'], tls: true }, 'basic', 'auto'],
    ['ntlm', { logins: ['ntlm'] }, 'ntlm', 'never'],
    ['ntlm, sealed', { allowsUnencrypted: false }, 'ntlm', 'always'],
    [
      'ntlm, sealed, without time',
      { allowsUnencrypted: false, tellsTime: false },
      'ntlm',
      'always',
    ],
    ['ntlm with TLS', { logins: ['ntlm'], tls: true }, 'ntlm', 'auto'],
  ])(
    'pywinrm runs commands by %s',
    async (_, options, transport, encryption) => {
      // Python's HTTP writes passwords for Basic in Latin-1, ours in UTF-8, as Go's does.
      const secret = transport === 'ntlm' ? 'Sesame, öffne dich!' : 'Sesame, open!';
      machine = await startWinrmMachine({ root, password: secret, ...options });
      const { host, port, username, password } = machine;
      const url = `${options.tls ? 'https' : 'http'}://${host}:${port}/wsman`;
      const commands = [
        'echo häuser; echo oh >&2; exit 3',
        'head -c 200000 /dev/zero',
        'sleep 1.5',
      ];
      const script = join(import.meta.dirname, 'pywinrm.py');
      const args = [script, url, transport, encryption, username, password, ...commands];
      const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', ...args], {
        maxBuffer: 2 ** 24,
        // Nothing else: a bundle of certificates in the environment would be used to check ours.
        env: { PATH: process.env['PATH'], OPENSSL_CONF: join(root, 'openssl.cnf') },
      });
      expect(JSON.parse(stdout)).toEqual([
        { stdout: 'häuser\n', stderr: 'oh\n', code: 3 },
        { stdout: '\0'.repeat(200_000), stderr: '', code: 0 },
        { stdout: '', stderr: '', code: 0 },
      ]);
      expect(machine.isBound).toBe(options.tls === true && transport === 'ntlm');
      expect(machine.shells).toBe(0);
    },
    30_000,
  );
}
