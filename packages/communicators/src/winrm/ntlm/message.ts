import { neededFlags, wantedFlags } from './flags.ts';

/** What all messages of NTLM begin with. */
export const signature: Buffer = Buffer.from('NTLMSSP\0', 'latin1');

/** A version as messages carry it: 10.0, NTLM revision 15. No one looks at it. */
const version = Buffer.from([10, 0, 0, 0, 0, 0, 0, 15]);

/** NEGOTIATE_MESSAGE, which begins a login. */
export function negotiateMessage(): Buffer {
  return Buffer.concat([signature, uint32(1), uint32(wantedFlags), Buffer.alloc(16), version]);
}

/** What the server wants to be answered. */
export interface Challenge {
  readonly flags: number;
  /** 8 bytes. */
  readonly serverChallenge: Buffer;
  /** AV_PAIRs. */
  readonly targetInfo: Buffer;
}

/** Reads a CHALLENGE_MESSAGE. Throws an `Error` that says what is wrong with it. */
export function readChallenge(bytes: Buffer): Challenge {
  if (bytes.length < 48 || !bytes.subarray(0, 8).equals(signature) || bytes.readUInt32LE(8) !== 2) {
    throw new Error('what it sent is no NTLM challenge');
  }
  const flags = bytes.readUInt32LE(20);
  if ((flags & neededFlags) !== neededFlags) {
    throw new Error('it does not agree to seal messages with 128 bits');
  }
  return { flags, serverChallenge: bytes.subarray(24, 32), targetInfo: readField(bytes, 40) };
}

/** The bytes that a field (length, room, offset) points to. Throws when they are not there. */
export function readField(bytes: Buffer, at: number): Buffer {
  const length = bytes.readUInt16LE(at);
  const start = bytes.readUInt32LE(at + 4);
  if (start + length > bytes.length) throw new Error('its NTLM message is cut short');
  return bytes.subarray(start, start + length);
}

/** What an AUTHENTICATE_MESSAGE carries. */
export interface AuthenticateFields {
  readonly lm: Buffer;
  readonly nt: Buffer;
  readonly domain: Buffer;
  readonly username: Buffer;
  readonly encryptedSessionKey: Buffer;
  readonly flags: number;
}

/** Where the MIC is in an AUTHENTICATE_MESSAGE, and how long the head before the payload. */
export const micOffset = 72;
const headLength = micOffset + 16;

/** AUTHENTICATE_MESSAGE with zeros for the MIC, and no name of this computer. */
export function authenticateMessage(fields: AuthenticateFields): Buffer {
  const { lm, nt, domain, username, encryptedSessionKey, flags } = fields;
  const payload = [domain, username, Buffer.alloc(0), lm, nt, encryptedSessionKey];
  const places = placesOf(payload);
  const [domainAt, usernameAt, workstationAt, lmAt, ntAt, keyAt] = places as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const head = [lmAt, ntAt, domainAt, usernameAt, workstationAt, keyAt, uint32(flags), version];
  return Buffer.concat([signature, uint32(3), ...head, Buffer.alloc(16), ...payload]);
}

/** The fields that point to pieces in a row behind the head. */
function placesOf(payload: readonly Buffer[]): readonly Buffer[] {
  let offset = headLength;
  return payload.map(({ length }) => {
    const place = Buffer.alloc(8);
    place.writeUInt16LE(length, 0);
    place.writeUInt16LE(length, 2);
    place.writeUInt32LE(offset, 4);
    offset += length;
    return place;
  });
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
