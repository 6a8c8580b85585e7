import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Failure } from './failure.ts';
import { keyTypeOf, publicBlob, sshText } from './public-key.ts';

/** Node's cryptography. Loading it with the SDK would cost every start 4 ms. */
function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** What key pair to make; what is left out is as in Packer. */
export interface KeyPairOptions {
  /** `rsa` by default. */
  readonly type?: string | undefined;
  /** rsa: 4096 by default, 1024 at least; ecdsa: 521 by default, 384 or 256; of no meaning for ed25519. */
  readonly bits?: number | undefined;
  /** Ends the public line; by it the line is found again in `authorized_keys`. */
  readonly comment: string;
}

/** A key pair for SSH. */
export interface KeyPair {
  /** PEM that OpenSSH and bake's communicator read: PKCS#1, SEC 1 or, for ed25519, OpenSSH's own. */
  readonly privateKey: string;
  /** A line for `authorized_keys`, without a line break. */
  readonly publicKey: string;
}

/** Makes a key pair, for the time of a build. Rejects with a `Failure` for kinds and sizes that there are not. */
export async function makeKeyPair({ type, bits, comment }: KeyPairOptions): Promise<KeyPair> {
  switch (type ?? 'rsa') {
    case 'rsa':
      return makeRsa(bits || 4096, comment);
    case 'ecdsa':
      return makeEcdsa(bits || 521, comment);
    case 'ed25519':
      return makeEd25519(comment);
    default:
      throw new Failure({
        summary: `Cannot make an SSH key pair of kind "${type}"`,
        detail:
          'Set "temporary_key_pair_type" to "rsa", "ecdsa" or "ed25519". SSH servers have not accepted DSA keys for many years.',
      });
  }
}

async function makeRsa(bits: number, comment: string): Promise<KeyPair> {
  if (!Number.isInteger(bits) || bits < 1024) throw badSize('rsa', bits, 'at least 1024');
  const { privateKey, publicKey } = await promisify(crypto().generateKeyPair)('rsa', {
    modulusLength: bits,
  });
  return pair(publicKey, pem(privateKey, 'pkcs1'), comment);
}

async function makeEcdsa(bits: number, comment: string): Promise<KeyPair> {
  if (![256, 384, 521].includes(bits)) throw badSize('ecdsa', bits, '256, 384 or 521');
  const { privateKey, publicKey } = await promisify(crypto().generateKeyPair)('ec', {
    namedCurve: `P-${bits}`,
  });
  return pair(publicKey, pem(privateKey, 'sec1'), comment);
}

async function makeEd25519(comment: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(crypto().generateKeyPair)('ed25519');
  return pair(publicKey, openSshText(privateKey, comment), comment);
}

/** A private key of kind ed25519 in OpenSSH's own form, as there is no other that all SSH programs read. */
export function openSshText(privateKey: KeyObject, comment = ''): string {
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  const [open, secret] = [fromBase64(x), fromBase64(d)];
  const fields = [sshText('ssh-ed25519'), sshText(open)];
  const check = crypto().randomBytes(4);
  const inner = [check, check, ...fields, sshText(Buffer.concat([secret, open])), sshText(comment)];
  const outer = [
    Buffer.from('openssh-key-v1\0'),
    sshText('none'),
    sshText('none'),
    sshText(''),
    Buffer.from([0, 0, 0, 1]),
    sshText(Buffer.concat(fields)),
    sshText(padded(Buffer.concat(inner))),
  ];
  const lines = Buffer.concat(outer).toString('base64').replace(/.{70}/g, '$&\n');
  const name = 'OPENSSH PRIVATE KEY';
  return `-----BEGIN ${name}-----\n${lines.trimEnd()}\n-----END ${name}-----\n`;
}

function pair(publicKey: KeyObject, privateKey: string, comment: string): KeyPair {
  const blob = publicBlob(publicKey);
  return {
    privateKey,
    publicKey: `${keyTypeOf(blob)} ${blob.toString('base64')} ${comment}`.trimEnd(),
  };
}

function pem(key: KeyObject, type: 'pkcs1' | 'sec1'): string {
  return key.export({ type, format: 'pem' }).toString();
}

/** The private part is filled up to whole blocks with 1, 2, 3 and so on. */
function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, missing))]);
}

function fromBase64(encoded: string): Buffer {
  return Buffer.from(encoded, 'base64url');
}

function badSize(type: string, bits: number, allowed: string): Failure {
  return new Failure({
    summary: `Cannot make an SSH key pair of kind "${type}" with ${bits} bits`,
    detail: `Set "temporary_key_pair_bits" to ${allowed}, or leave it out.`,
  });
}
