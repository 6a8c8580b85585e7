import { describe, expect, test } from '@jest/globals';
import { answerChallenge } from '../src/winrm/ntlm/answer-challenge.ts';
import { ntlmCredentials } from '../src/winrm/ntlm/credentials.ts';
import { challengeResponse, responseKey, sealKey, signKey, utf16 } from '../src/winrm/ntlm/keys.ts';
import { md4 } from '../src/winrm/ntlm/md4.ts';
import { negotiateMessage, readChallenge } from '../src/winrm/ntlm/message.ts';
import { Rc4 } from '../src/winrm/ntlm/rc4.ts';
import { NtlmSecurity } from '../src/winrm/ntlm/security.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  [
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
    '043f8582f241db351ce627e153e7f0e4',
  ],
  ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
])('md4 of %j is that of RFC 1320', (text, digest) => {
  expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
});

test.each([
  ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
  ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
])('RC4 with the key %s gives the stream of RFC 6229', (key, stream) => {
  const cipher = new Rc4(hex(key));
  const pieces = [cipher.update(Buffer.alloc(5)), cipher.update(Buffer.alloc(11))];
  expect(Buffer.concat(pieces).toString('hex')).toBe(stream);
});

/** MS-NLMP, section 4.2.1 and 4.2.4: the common values and the example of NTLMv2. */
describe('the example of the specification:', () => {
  const credentials = { username: 'User', domain: 'Domain', password: 'Password' };
  const chance = {
    clientChallenge: Buffer.alloc(8, 0xaa),
    sessionKey: Buffer.alloc(16, 0x55),
    now: 0,
  };
  const targetInfo = hex(
    '02000c0044006f006d00610069006e0001000c005300650072007600650072000000 0000',
  );
  const input = {
    key: responseKey(credentials),
    serverChallenge: hex('0123456789abcdef'),
    clientChallenge: chance.clientChallenge,
    timestamp: Buffer.alloc(8),
    targetInfo,
  };

  test('NTOWFv2', () => {
    expect(responseKey(credentials).toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
  });

  test('LMv2, the proof of NTLMv2 and the session base key', () => {
    const { lm, nt, sessionBaseKey } = challengeResponse(input);
    expect(lm.toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(nt.subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(sessionBaseKey.toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
  });

  test('the encrypted session key', () => {
    const { sessionBaseKey } = challengeResponse(input);
    expect(new Rc4(sessionBaseKey).update(chance.sessionKey).toString('hex')).toBe(
      'c5dad2544fc9799094ce1ce90bc9d03e',
    );
  });

  test('SIGNKEY, SEALKEY and a sealed message', () => {
    expect(signKey(chance.sessionKey, 'client').toString('hex')).toBe(
      '4788dc861b4782f35d43fd98fe1a2d39',
    );
    expect(sealKey(chance.sessionKey, 'client').toString('hex')).toBe(
      '59f600973cc4960a25480a7c196e4c58',
    );
    const sealed = new NtlmSecurity(chance.sessionKey, 'client').seal(utf16('Plaintext'));
    expect(sealed.toString('hex')).toBe(
      '010000007fb38ec5c55d497600000000' + '54e50165bf1936dc996020c1811b0f06fb5f',
    );
  });

  const challenge = hex(
    '4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000' +
      '2400240044000000 060070170000000f 530065007200760065007200' +
      '02000c0044006f006d00610069006e0001000c00530065007200760065007200 00000000',
  );

  test('the challenge message is read and answered', () => {
    expect(readChallenge(challenge)).toMatchObject({
      serverChallenge: input.serverChallenge,
      targetInfo,
    });
    const { message, sessionKey } = answerChallenge(
      { negotiate: negotiateMessage(), challenge },
      credentials,
      chance,
    );
    expect(sessionKey).toBe(chance.sessionKey);
    expect(message.subarray(0, 12)).toEqual(hex('4e544c4d5353500003000000'));
    // Of the whole message only the time differs from the specification's, which is that of 1601.
    const field = (at: number): Buffer => {
      const start = message.readUInt32LE(at + 4);
      return message.subarray(start, start + message.readUInt16LE(at));
    };
    expect(field(12).toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(field(28).toString('utf16le')).toBe('Domain');
    expect(field(36).toString('utf16le')).toBe('User');
    // No time from the server, no MIC.
    expect(message.subarray(72, 88)).toEqual(Buffer.alloc(16));
  });

  test.each([
    { what: 'no challenge', bytes: Buffer.alloc(60), says: 'is no NTLM challenge' },
    { what: 'a short one', bytes: challenge.subarray(0, 40), says: 'is no NTLM challenge' },
    { what: 'one cut in its target', bytes: challenge.subarray(0, 90), says: 'cut short' },
    {
      what: 'one without sealing',
      bytes: Buffer.concat([challenge.subarray(0, 20), hex('13828ae2'), challenge.subarray(24)]),
      says: 'does not agree to seal',
    },
  ])('$what is refused', ({ bytes, says }) => {
    const exchange = { negotiate: negotiateMessage(), challenge: bytes };
    expect(() => answerChallenge(exchange, credentials, chance)).toThrow(says);
  });
});

/** Made by another implementation (bodgit/ntlmssp), as published in the tests of the Go client masterzen/winrm. */
describe('like other implementations', () => {
  test('seals with 128 bits and key exchange', () => {
    const key = hex('000102030405060708090a0b0c0d0e0f');
    const text = Buffer.from('The quick brown fox jumps over the lazy dog');
    const signature = '010000007ec3231b20a8707400000000';
    const sealed =
      '206afe73003434617deb755c8f0b4ed5c6cfcc926ec4e85f86e79548eaa67723ee6cbd1cca60b1e649f056';
    const client = new NtlmSecurity(key, 'client');
    expect(client.seal(text).toString('hex')).toBe(signature + sealed);
    expect(new NtlmSecurity(key, 'server').open(hex(signature + sealed))).toEqual(text);
  });
});

test('what was changed on the way is not opened', () => {
  const key = Buffer.alloc(16, 7);
  const sealed = new NtlmSecurity(key, 'client').seal(Buffer.from('text'));
  sealed[17] = (sealed[17] as number) ^ 1;
  expect(new NtlmSecurity(key, 'server').open(sealed)).toBeUndefined();
});

test.each([
  ['Administrator', 'Administrator', ''],
  ['CORP\\admin', 'admin', 'CORP'],
  ['admin@corp.example', 'admin@corp.example', ''],
  ['.\\admin', 'admin', '.'],
])('the login %s is the user %s of the domain "%s"', (login, username, domain) => {
  expect(ntlmCredentials(login, 'p')).toEqual({ username, domain, password: 'p' });
});

test('user names are turned to capitals letter by letter', () => {
  const key = (username: string): string =>
    responseKey({ username, domain: 'D', password: 'p' }).toString('hex');
  expect(key('jörg')).toBe(key('JÖRG'));
  expect(key('straße')).toBe(key('STRAßE'));
});
