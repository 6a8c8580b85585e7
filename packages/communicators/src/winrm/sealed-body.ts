import { TryError } from './stage.ts';

const protocol = 'application/HTTP-SPNEGO-session-encrypted';
const boundary = '--Encrypted Boundary';

/** The `Content-Type` of a body that is sealed. */
export const sealedType = `multipart/encrypted;protocol="${protocol}";boundary="Encrypted Boundary"`;

/** Bytes that sealing adds to a message at most. */
export const sealedOverhead = 512;

/**
 * The body of a request whose message is sealed (MS-WSMV section 2.2.9.1.1). `sealed` is the signature with
 * the sealed message behind it, `length` that of the message.
 */
export function sealedBody(sealed: Buffer, length: number, signatureLength: number): Buffer {
  const head = [
    boundary,
    `\tContent-Type: ${protocol}`,
    `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${length}`,
    boundary,
    '\tContent-Type: application/octet-stream',
    '',
  ];
  const size = Buffer.alloc(4);
  size.writeUInt32LE(signatureLength);
  return Buffer.concat([
    Buffer.from(head.join('\r\n')),
    size,
    sealed,
    Buffer.from(`${boundary}--\r\n`),
  ]);
}

/** The signature with the sealed message behind it, out of the body of an answer. Throws a `TryError`. */
export function readSealedBody(body: Buffer): Buffer {
  const text = body.subarray(0, 1024).toString('latin1');
  const head = /^--Encrypted Boundary\r\n[\s\S]*?Length=(\d+)\s[\s\S]*?octet-stream\r\n/i.exec(
    text,
  );
  const start = head?.[0].length ?? body.length;
  if (head === null || start + 4 > body.length) {
    throw new TryError('answer', 'it is not sealed as NTLM wants it');
  }
  const end = start + 4 + body.readUInt32LE(start) + Number(head[1]);
  if (end > body.length) throw new TryError('answer', 'a sealed message that is cut short');
  return body.subarray(start + 4, end);
}
