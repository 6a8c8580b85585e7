import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeyPair, publicKeyOf } from '@bake/plugin-sdk';
import { expect, test } from '@jest/globals';
import ssh2 from 'ssh2';

/** The public line that OpenSSH makes out of a private key. */
async function opensshReads(privateKey: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-key-'));
  await writeFile(join(folder, 'key'), privateKey, { mode: 0o600 });
  try {
    return execFileSync('ssh-keygen', ['-y', '-f', join(folder, 'key')]).toString();
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  { type: 'rsa', bits: 2048, start: 'ssh-rsa ' },
  { type: 'ecdsa', bits: undefined, start: 'ecdsa-sha2-nistp521 ' },
  { type: 'ecdsa', bits: 256, start: 'ecdsa-sha2-nistp256 ' },
  { type: 'ecdsa', bits: 384, start: 'ecdsa-sha2-nistp384 ' },
  { type: 'ed25519', bits: undefined, start: 'ssh-ed25519 ' },
])(
  'makeKeyPair makes $type $bits keys that OpenSSH and ssh2 read',
  async ({ type, bits, start }) => {
    const { privateKey, publicKey } = await makeKeyPair({ type, bits, comment: 'packer_1234' });
    expect(publicKey.startsWith(start)).toBe(true);
    expect(publicKey.endsWith(' packer_1234')).toBe(true);
    const [kind, data] = (await opensshReads(privateKey)).split(' ');
    expect(publicKey.split(' ').slice(0, 2)).toEqual([kind, data?.trim()]);
    expect(`${publicKeyOf(privateKey)} packer_1234`).toBe(publicKey);
    const [own, open] = [privateKey, publicKey].map((key) => ssh2.utils.parseKey(key));
    if (own instanceof Error || open instanceof Error || !own || !open) throw own ?? open;
    const signature = own.sign('message');
    expect(open.verify('message', signature as Buffer)).toBe(true);
  },
);

test('makeKeyPair makes ed25519 keys that can be read each time', async () => {
  for (let n = 0; n < 600; n += 1) {
    const { privateKey, publicKey } = await makeKeyPair({ type: 'ed25519', comment: '' });
    for (const key of [privateKey, publicKey]) {
      expect(ssh2.utils.parseKey(key)).not.toBeInstanceOf(Error);
    }
  }
});

test('publicKeyOf says what is no key', () => {
  for (const text of ['nothing', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END']) {
    expect(() => publicKeyOf(text)).toThrow('The private key for SSH cannot be read');
  }
});

test.each([
  { options: { type: 'dsa' }, message: 'Cannot make an SSH key pair of kind "dsa"' },
  { options: { type: 'rsa', bits: 512 }, message: 'of kind "rsa" with 512 bits' },
  { options: { type: 'ecdsa', bits: 255 }, message: 'of kind "ecdsa" with 255 bits' },
])('makeKeyPair refuses $options', async ({ options, message }) => {
  await expect(makeKeyPair({ ...options, comment: '' })).rejects.toThrow(message);
});
