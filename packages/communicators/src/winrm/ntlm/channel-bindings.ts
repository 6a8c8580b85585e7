import { createHash } from 'node:crypto';

/** Signature algorithms of certificates by their object identifier, and the hash that bindings take for them. */
const hashes: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256', // md5WithRSAEncryption: RFC 5929 puts SHA-256 in place of weaker ones
  '2a864886f70d010105': 'sha256', // sha1WithRSAEncryption
  '2a864886f70d01010b': 'sha256', // sha256WithRSAEncryption
  '2a864886f70d01010c': 'sha384', // sha384WithRSAEncryption
  '2a864886f70d01010d': 'sha512', // sha512WithRSAEncryption
  '2a8648ce3d040302': 'sha256', // ecdsa-with-SHA256
  '2a8648ce3d040303': 'sha384', // ecdsa-with-SHA384
  '2a8648ce3d040304': 'sha512', // ecdsa-with-SHA512
};

/**
 * What binds a login to the TLS connection that it is made on: the MD5 of a `gss_channel_bindings_struct`
 * with the `tls-server-end-point` (RFC 5929) of the server's certificate in DER. `undefined` for
 * certificates whose hash is not known: no binding is taken by most servers, a wrong one by none.
 */
export function channelBindings(certificate: Buffer): Buffer | undefined {
  const algorithm = hashes[signatureAlgorithm(certificate)];
  if (algorithm === undefined) return undefined;
  const hash = createHash(algorithm).update(certificate).digest();
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), hash]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

/** The object identifier of the algorithm that a certificate is signed with, in hex. */
function signatureAlgorithm(certificate: Buffer): string {
  const outer = readElement(certificate, 0);
  const toBeSigned = readElement(certificate, outer.start);
  const identifier = readElement(certificate, readElement(certificate, toBeSigned.end).start);
  return certificate.toString('hex', identifier.start, identifier.end);
}

/** Where the content of the DER element at an offset is. */
function readElement(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(at + 1);
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const width = first & 0x7f;
  const start = at + 2 + width;
  return { start, end: start + der.readUIntBE(at + 2, width) };
}
