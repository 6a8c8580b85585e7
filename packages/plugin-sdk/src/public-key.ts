import type { KeyObject } from 'node:crypto';
import { Failure, messageOf } from './failure.ts';

/**
 * The public half of a private key without a passphrase (PEM of any kind, or OpenSSH's own), as a line for `authorized_keys`
 * without a comment. Throws a `Failure` if the text is no such key.
 */
export function publicKeyOf(privateKey: string): string {
  try {
    const blob = openSshBlob(privateKey) ?? pemBlob(privateKey);
    return `${keyTypeOf(blob)} ${blob.toString('base64')}`;
  } catch (cause) {
    throw new Failure({
      summary: 'The private key for SSH cannot be read',
      detail: `It must be a key without a passphrase, in the form of OpenSSH or PEM: ${messageOf(cause)}.`,
      cause,
    });
  }
}

/** The public half as SSH sends it. */
export function publicBlob(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' });
  const field = (name: 'n' | 'e' | 'x' | 'y'): Buffer =>
    Buffer.from(String(jwk[name] ?? ''), 'base64url');
  if (jwk.kty === 'RSA') {
    return Buffer.concat([sshText('ssh-rsa'), sshInteger(field('e')), sshInteger(field('n'))]);
  }
  if (jwk.kty === 'OKP') return Buffer.concat([sshText('ssh-ed25519'), sshText(field('x'))]);
  const name = `nistp${String(jwk.crv).replace('P-', '')}`;
  const point = Buffer.concat([Buffer.from([4]), field('x'), field('y')]);
  return Buffer.concat([sshText(`ecdsa-sha2-${name}`), sshText(name), sshText(point)]);
}

/** SSH's strings: the length in four bytes, then the bytes. */
export function sshText(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** SSH's integers have a sign, so that a first bit that is set needs a zero before it. */
function sshInteger(bytes: Buffer): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return sshText(isNegative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function pemBlob(privateKey: string): Buffer {
  const { createPublicKey } = process.getBuiltinModule('node:crypto');
  return publicBlob(createPublicKey(privateKey));
}

const magic = 'openssh-key-v1\0';

/** In OpenSSH's form the public half stands at the front: after cipher, derivation and its options, and the number of keys. */
function openSshBlob(privateKey: string): Buffer | undefined {
  const [, encoded] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(privateKey) ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (!bytes.toString('latin1').startsWith(magic)) throw new Error('it is damaged');
  let at = magic.length;
  for (let skipped = 0; skipped < 3; skipped += 1) at += 4 + bytes.readUInt32BE(at);
  at += 4;
  return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
}

/** Which kind of key such bytes are: `ssh-rsa` and so on. */
export function keyTypeOf(blob: Buffer): string {
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}
