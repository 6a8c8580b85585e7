import { randomBytes } from 'node:crypto';
import { avIds, hasMic, readAvPairs, writeAvPairs } from '../../src/winrm/ntlm/av-pairs.ts';
import type { NtlmCredentials } from '../../src/winrm/ntlm/credentials.ts';
import { ntlmFlags } from '../../src/winrm/ntlm/flags.ts';
import { hmacMd5, responseKey, utf16 } from '../../src/winrm/ntlm/keys.ts';
import { micOffset, readField, signature } from '../../src/winrm/ntlm/message.ts';
import { Rc4 } from '../../src/winrm/ntlm/rc4.ts';
import { NtlmSecurity } from '../../src/winrm/ntlm/security.ts';

/** Target, sign, seal, NTLM, always sign, extended security, version, 128, keys, 56: what it does if asked. */
const offered = 0xe2088234;

/** It talks Unicode, is a server, and tells about itself. */
const told = 0x00820001;

/** The machine's side of one login by NTLM. */
export class NtlmAcceptor {
  readonly #login: NtlmCredentials;
  readonly #tellsTime: boolean;
  readonly #nonce = randomBytes(8);
  #flags = 0;
  #negotiate: Buffer = Buffer.alloc(0);
  #challenge: Buffer = Buffer.alloc(0);
  /** Whether the client has bound the login to its TLS connection. */
  bindings: Buffer | undefined;

  constructor(login: NtlmCredentials, tellsTime: boolean) {
    this.#login = login;
    this.#tellsTime = tellsTime;
  }

  /** Answers a NEGOTIATE with a CHALLENGE. */
  challenge(negotiate: Buffer): Buffer {
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(BigInt(Date.now()) * 10_000n + 116_444_736_000_000_000n);
    const name = utf16('MACHINE');
    const info = writeAvPairs([
      { id: 2, value: name },
      { id: 1, value: name },
      ...(this.#tellsTime ? [{ id: avIds.timestamp, value: time }] : []),
    ]);
    const head = Buffer.alloc(56);
    signature.copy(head);
    head.writeUInt32LE(2, 8);
    head.writeUInt16LE(name.length, 12);
    head.writeUInt16LE(name.length, 14);
    head.writeUInt32LE(56, 16);
    this.#flags = ((negotiate.readUInt32LE(12) & offered) | told) >>> 0;
    head.writeUInt32LE(this.#flags, 20);
    this.#nonce.copy(head, 24);
    head.writeUInt16LE(info.length, 40);
    head.writeUInt16LE(info.length, 42);
    head.writeUInt32LE(56 + name.length, 44);
    this.#negotiate = negotiate;
    this.#challenge = Buffer.concat([head, name, info]);
    return this.#challenge;
  }

  /** What seals the connection from now on, if an AUTHENTICATE is right. */
  accept(message: Buffer): NtlmSecurity | undefined {
    const nt = readField(message, 20);
    const proof = nt.subarray(0, 16);
    const blob = nt.subarray(16);
    const [domain, username] = [readField(message, 28), readField(message, 36)].map((field) =>
      field.toString('utf16le'),
    );
    const { username: expected, password } = this.#login;
    if (username?.toLowerCase() !== expected.toLowerCase()) return undefined;
    const key = responseKey({ username, domain: domain ?? '', password });
    if (!hmacMd5(key, this.#nonce, blob).equals(proof)) return undefined;
    const baseKey = hmacMd5(key, proof);
    const sessionKey =
      (this.#flags & ntlmFlags.keyExchange) === 0
        ? baseKey
        : new Rc4(baseKey).update(readField(message, 52));
    const pairs = readAvPairs(blob.subarray(28));
    this.bindings = pairs.find(({ id }) => id === avIds.channelBindings)?.value;
    const said = pairs.find(({ id }) => id === avIds.flags)?.value.readUInt32LE() ?? 0;
    // The specification wants one of all who were told the time; Windows lets old clients get away without.
    if (this.#tellsTime && (said & hasMic) === 0) return undefined;
    if ((said & hasMic) !== 0 && !this.#isGenuine(message, sessionKey)) return undefined;
    return new NtlmSecurity(sessionKey, 'server');
  }

  #isGenuine(message: Buffer, sessionKey: Buffer): boolean {
    const blank = Buffer.from(message);
    blank.fill(0, micOffset, micOffset + 16);
    const mic = hmacMd5(sessionKey, this.#negotiate, this.#challenge, blank);
    return mic.equals(message.subarray(micOffset, micOffset + 16));
  }
}
