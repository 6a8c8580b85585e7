import { readFile } from 'node:fs/promises';
import { Failure, systemReason } from '@bake/plugin-sdk';
import type { ParsedKey } from 'ssh2';
import { homePath } from './home-path.ts';

const suffix = '-cert-v01@openssh.com';

/** The certificate of each key that has one, in the form that goes over the wire. */
const certificates = new WeakMap<ParsedKey, Buffer>();

/**
 * Has a key log in with the certificate in a file from now on. Throws a `Failure` when the file can't be
 * read, is none, or is for another key.
 */
export async function addCertificate(key: ParsedKey, file: string): Promise<void> {
  const path = await homePath(file);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure({
      summary: 'Cannot read the SSH certificate file',
      detail: `Reading "${path}" failed: ${systemReason(error)}.`,
      cause: error,
    });
  });
  const blob = parseCertificate(text);
  if (blob === undefined) {
    throw new Failure({
      summary: 'Not an SSH certificate',
      detail: `The file "${path}" holds no user certificate in OpenSSH's form. "ssh-keygen -s CA -I NAME -n USER KEY.pub" makes one, in KEY-cert.pub.`,
    });
  }
  if (!isFor(blob, key)) {
    throw new Failure({
      summary: 'The SSH certificate is for another key',
      detail: `The certificate in "${path}" does not belong to the private key. Name the two that were made for each other.`,
    });
  }
  certificates.set(key, blob);
}

/** The certificate that a key is to log in with, if any. */
export function certificateOf(key: ParsedKey): Buffer | undefined {
  return certificates.get(key);
}

/** What a signature algorithm is called when the key comes with a certificate. */
export function certified(algorithm: string): string {
  return `${algorithm}${suffix}`;
}

/** SSH's strings: the length in four bytes, then the bytes. */
export function wireString(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function parseCertificate(text: string): Buffer | undefined {
  const [, type, data] = /^\s*(\S+)\s+([A-Za-z0-9+/=]+)(?:\s|$)/.exec(text) ?? [];
  if (type === undefined || data === undefined || !type.endsWith(suffix)) return undefined;
  const blob = Buffer.from(data, 'base64');
  const head = wireString(type);
  return blob.length > head.length + 4 && blob.subarray(0, head.length).equals(head)
    ? blob
    : undefined;
}

/** A certificate is type, nonce, then the fields of the public key as they are in the key itself. */
function isFor(blob: Buffer, key: ParsedKey): boolean {
  const head = wireString(certified(key.type));
  if (!blob.subarray(0, head.length).equals(head)) return false;
  const nonceLength = blob.readUInt32BE(head.length);
  const fields = key.getPublicSSH().subarray(wireString(key.type).length);
  const start = head.length + 4 + nonceLength;
  return blob.subarray(start, start + fields.length).equals(fields);
}
