import { randomBytes } from 'node:crypto';
import { type AvPair, avIds, hasMic, readAvPairs, writeAvPairs } from './av-pairs.ts';
import type { NtlmCredentials } from './credentials.ts';
import { wantedFlags } from './flags.ts';
import { challengeResponse, hmacMd5, responseKey, utf16 } from './keys.ts';
import { authenticateMessage, micOffset, readChallenge } from './message.ts';
import { Rc4 } from './rc4.ts';

/** The end of a login: what to send, and the key for all that comes after. */
export interface NtlmAnswer {
  readonly message: Buffer;
  readonly sessionKey: Buffer;
}

/** What is random or of the moment in a login; tests hand in their own. */
export interface NtlmChance {
  /** 8 bytes. */
  readonly clientChallenge: Buffer;
  /** 16 bytes. */
  readonly sessionKey: Buffer;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The CHALLENGE of a login that `negotiate` began. */
export interface NtlmExchange {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  /** MD5 of what binds the login to its TLS connection, if it is to be bound. */
  readonly channelBindings?: Buffer;
}

/**
 * Answers a challenge with NTLMv2, as MS-NLMP 3.1.5.1.2 has it. Throws an `Error` that says what is wrong
 * with the challenge.
 */
export function answerChallenge(
  { negotiate, challenge, channelBindings }: NtlmExchange,
  credentials: NtlmCredentials,
  chance: NtlmChance = drawn(),
): NtlmAnswer {
  const { flags, serverChallenge, targetInfo } = readChallenge(challenge);
  const offered = readAvPairs(targetInfo);
  const timestamp = offered.find(({ id }) => id === avIds.timestamp)?.value;
  const response = challengeResponse({
    key: responseKey(credentials),
    serverChallenge,
    clientChallenge: chance.clientChallenge,
    timestamp: timestamp ?? fileTime(chance.now),
    targetInfo: writeAvPairs(answeredPairs(offered, timestamp !== undefined, channelBindings)),
  });
  const message = authenticateMessage({
    nt: response.nt,
    lm: timestamp === undefined ? response.lm : Buffer.alloc(24),
    domain: utf16(credentials.domain),
    username: utf16(credentials.username),
    encryptedSessionKey: new Rc4(response.sessionBaseKey).update(chance.sessionKey),
    flags: flags & wantedFlags,
  });
  if (timestamp !== undefined) {
    hmacMd5(chance.sessionKey, negotiate, challenge, message).copy(message, micOffset);
  }
  return { message, sessionKey: chance.sessionKey };
}

function drawn(): NtlmChance {
  return { clientChallenge: randomBytes(8), sessionKey: randomBytes(16), now: Date.now() };
}

/** What the server offered, and what we add to it. */
function answeredPairs(
  offered: readonly AvPair[],
  withMic: boolean,
  channelBindings: Buffer | undefined,
): readonly AvPair[] {
  const pairs = offered.filter(({ id }) => id !== avIds.flags && id !== avIds.channelBindings);
  const said = offered.find(({ id }) => id === avIds.flags)?.value.readUInt32LE() ?? 0;
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(withMic ? said | hasMic : said);
  if (flags.readUInt32LE() !== 0) pairs.push({ id: avIds.flags, value: flags });
  if (channelBindings !== undefined) {
    pairs.push({ id: avIds.channelBindings, value: channelBindings });
  }
  return pairs;
}

/** Units of 100 nanoseconds since 1601, as 8 bytes. */
function fileTime(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(milliseconds) * 10_000n + 116_444_736_000_000_000n);
  return bytes;
}
