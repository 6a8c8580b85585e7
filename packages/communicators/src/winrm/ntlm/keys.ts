import { createHash, createHmac } from 'node:crypto';
import type { NtlmCredentials } from './credentials.ts';
import { md4 } from './md4.ts';

/** Which side of a connection something comes from. */
export type Side = 'client' | 'server';

/** HMAC-MD5 of several pieces in a row. */
export function hmacMd5(key: Uint8Array, ...pieces: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const piece of pieces) hmac.update(piece);
  return hmac.digest();
}

/** NTOWFv2 (MS-NLMP 3.3.2): what stands for the password in all that follows. */
export function responseKey({ username, domain, password }: NtlmCredentials): Buffer {
  return hmacMd5(md4(utf16(password)), utf16(upperCase(username) + domain));
}

/** The answer to a challenge, and the key that both sides get from it. */
export interface ChallengeResponse {
  /** NTLMv2_RESPONSE. */
  readonly nt: Buffer;
  /** LMv2_RESPONSE; the specification wants zeros where the server told the time. */
  readonly lm: Buffer;
  readonly sessionBaseKey: Buffer;
}

/** What goes into the answer to a challenge. */
export interface ChallengeInput {
  readonly key: Buffer;
  readonly serverChallenge: Buffer;
  readonly clientChallenge: Buffer;
  /** A Windows file time, 8 bytes. */
  readonly timestamp: Buffer;
  /** AV_PAIRs, with their end. */
  readonly targetInfo: Buffer;
}

/** ComputeResponse of MS-NLMP 3.3.2. */
export function challengeResponse(input: ChallengeInput): ChallengeResponse {
  const { key, serverChallenge, clientChallenge, timestamp, targetInfo } = input;
  const head = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]);
  const blank = Buffer.alloc(4);
  const blob = Buffer.concat([head, timestamp, clientChallenge, blank, targetInfo, blank]);
  const proof = hmacMd5(key, serverChallenge, blob);
  return {
    nt: Buffer.concat([proof, blob]),
    lm: Buffer.concat([hmacMd5(key, serverChallenge, clientChallenge), clientChallenge]),
    sessionBaseKey: hmacMd5(key, proof),
  };
}

/** SIGNKEY of MS-NLMP 3.4.5.2, with extended session security. */
export function signKey(sessionKey: Buffer, side: Side): Buffer {
  return magicKey(sessionKey, side, 'signing');
}

/** SEALKEY of MS-NLMP 3.4.5.3, with extended session security and 128 bits. */
export function sealKey(sessionKey: Buffer, side: Side): Buffer {
  return magicKey(sessionKey, side, 'sealing');
}

function magicKey(sessionKey: Buffer, side: Side, use: 'signing' | 'sealing'): Buffer {
  const other = side === 'client' ? 'server' : 'client';
  const magic = `session key to ${side}-to-${other} ${use} key magic constant\0`;
  return createHash('md5').update(sessionKey).update(magic, 'latin1').digest();
}

/** UTF-16LE. */
export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

/** As Windows does it: letter by letter, so that none becomes two (`ß`). */
function upperCase(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => {
    const upper = unit.toUpperCase();
    return upper.length === 1 ? upper : unit;
  });
}
