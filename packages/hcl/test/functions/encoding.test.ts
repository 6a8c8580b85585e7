import { constants, createHash, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { gzip } from '../../src/functions/gzip.ts';
import { stringValue, type Value } from '../../src/index.ts';
import { jsonOf, problemsOf, resultOf } from './evaluation.ts';

describe('an encoding function gives', () => {
  test.each([
    ['base64encode("é")', '"w6k="'],
    ['base64decode("w6k=")', '"é"'],
    ['base64decode("aGk=\\r\\n")', '"hi"'],
    ['base64decode("")', '""'],
    ['textencodebase64("aé😀", "UTF-16LE")', '"YQDpAD3YAN4="'],
    ['textencodebase64("a", "utf-16be")', '"AGE="'],
    ['textencodebase64("a", "UTF-16")', '"/v8AYQ=="'],
    ['textencodebase64("é", "UTF-8")', '"w6k="'],
    ['textencodebase64("é\\u0085", "ISO-8859-1")', '"6YU="'],
    ['textencodebase64("€", "windows-1252")', '"gA=="'],
    ['textencodebase64("Ж", "KOI8-R")', '"9g=="'],
    ['textdecodebase64("YQDpAD3YAN4=", "UTF-16LE")', '"aé😀"'],
    ['textdecodebase64("//5hAA==", "UTF-16")', '"a"'],
    ['textdecodebase64("AGE=", "UTF-16")', '"a"'],
    ['textdecodebase64("gA==", "cswindows1252")', '"€"'],
    ['textencodebase64("é═", "cp437")', '"gs0="'],
    ['textencodebase64("a€", "IBM01140")', '"gZ8="'],
    ['textencodebase64("a[", "IBM1047")', '"ga0="'],
    ['textencodebase64("ў", "KOI8-U")', '"rg=="'],
    ['textencodebase64("日a", "Shift_JIS")', '"k/ph"'],
    ['textencodebase64("日ｱ", "EUC-JP")', '"xvyOsQ=="'],
    ['textencodebase64("a日ｱb", "ISO-2022-JP")', '"YRskQkZ8GyhJMRsoQmI="'],
    ['textdecodebase64("YRskQkZ8GyhJMRsoQmI=", "ISO-2022-JP")', '"a日ｱb"'],
    ['textencodebase64("漢€", "GBK")', '"nWiA"'],
    ['textencodebase64("漢€é😀", "GB18030")', '"nWii46imlDn8Ng=="'],
    ['textencodebase64("\ue000\ue76c\uf8ffḿ", "GB18030")', '"gziYN4M2xzmEMIEwgTX0Nw=="'],
    ['textencodebase64("~中文~a", "hz-gb-2312")', '"fn5+e1ZQTkR+fn59YQ=="'],
    ['textdecodebase64("fnt+ClZQfn5+fX5+", "HZ-GB-2312")', '"中~~"'],
    ['textencodebase64("漢", "Big5")', '"un4="'],
    ['textencodebase64("각똠", "EUC-KR")', '"sKKMYw=="'],
    ['textdecodebase64("gA==", "latin1")', '"\u0080"'],
    ['textdecodebase64("k/o=", "Shift_JIS")', '"日"'],
    ['urlencode("a b&c=/?é~*-._!\'()")', '"a+b%26c%3D%2F%3F%C3%A9~%2A-._%21%27%28%29"'],
    ['md5("")', '"d41d8cd98f00b204e9800998ecf8427e"'],
    ['sha1("é")', '"bf15be717ac1b080b4f1c456692825891ff5073d"'],
    ['sha256("abc")', '"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"'],
    ['substr(sha512(""), 0, 16)', '"cf83e1357eefb8bd"'],
    ['uuidv5("dns", "example.com")', '"cfbff0d1-9375-5685-968c-48ce8b15ae17"'],
    ['uuidv5("url", "a")', '"e1407479-3136-56c0-9908-bb02fb0339e2"'],
    ['uuidv5("oid", "a")', '"d720e32d-4765-5177-b65b-42dd7f6e6445"'],
    ['uuidv5("x500", "a")', '"54a0a790-c611-5b5b-b50e-ff01490ecdfa"'],
    [
      'uuidv5("{6BA7B810-9dad-11d1-80b4-00c04fd430c8}", "a")',
      '"4f3f2898-69e3-5a0d-820a-c4e87987dbce"',
    ],
    [
      'uuidv5("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "a")',
      '"4f3f2898-69e3-5a0d-820a-c4e87987dbce"',
    ],
    ['uuidv5("6ba7b8109dad11d180b400c04fd430c8", "a")', '"4f3f2898-69e3-5a0d-820a-c4e87987dbce"'],
    [
      'jsonencode({ b = [1, 2.50, null, true], a = "<&>\\u2028\\u0001" })',
      '"{\\"a\\":\\"\\\\u003c\\\\u0026\\\\u003e\\\\u2028\\\\u0001\\",\\"b\\":[1,2.5,null,true]}"',
    ],
    ['jsonencode(null)', '"null"'],
    ['jsonencode(12345678901234567890.5)', '"12345678901234567890.5"'],
    ['jsondecode("{\\"b\\": [1, 2.50, \\"x\\"], \\"a\\": {}}")', '{"a":{},"b":[1,2.5,"x"]}'],
    ['jsondecode("1e30")', '1000000000000000000000000000000'],
    [
      'csvdecode("a,b\\n1,2\\n\\n3,4\\r\\n\\"x\\"\\"y\\",\\"p\\r\\nq\\"")',
      '[{"a":"1","b":"2"},{"a":"3","b":"4"},{"a":"x\\"y","b":"p\\nq"}]',
    ],
    ['csvdecode("a,b")', '[]'],
    ['csvdecode(" a ,b\\n 1 ,\\n")', '[{" a ":" 1 ","b":""}]'],
    ['csvdecode("a\\n\\"\\"\\n \\n")', '[{"a":""},{"a":" "}]'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });
});

describe('an encoding function refuses', () => {
  test.each([
    ['base64decode("aGk")', 'This is not standard Base64'],
    ['base64decode("aG k=")', 'This is not standard Base64'],
    ['base64decode("_-8=")', 'This is not standard Base64'],
    ['base64decode("//8=")', 'What this stands for is not UTF-8 text'],
    [
      'textencodebase64("a", "UTF-7")',
      'There is no encoding "UTF-7" here. There are: UTF-8, UTF-16LE',
    ],
    ['textencodebase64("a", "constructor")', 'There is no encoding "constructor" here.'],
    [
      'textencodebase64("日", "ISO-8859-1")',
      'The text has a character that "ISO-8859-1" can\'t represent.',
    ],
    ['textencodebase64("😀", "GBK")', 'The text has a character that "GBK" can\'t represent.'],
    ['textencodebase64("丂", "ISO-2022-JP")', "can't represent."],
    ['textdecodebase64("oUA=", "GBK")', 'The bytes are not text in "GBK".'],
    ['textdecodebase64("GyRC/w==", "ISO-2022-JP")', 'The bytes are not text in "ISO-2022-JP".'],
    ['textdecodebase64("gA==", "US-ASCII")', 'The bytes are not text in "US-ASCII".'],
    ['textdecodebase64("77+9", "UTF-8")', 'The bytes are not text in "UTF-8".'],
    ['textdecodebase64("/f8=", "UTF-16LE")', 'The bytes are not text in "UTF-16LE".'],
    ['textdecodebase64("YQ==", "UTF-16LE")', 'The bytes are not text in "UTF-16LE".'],
    ['uuidv5("DNS", "a")', '"DNS" is neither dns, url, oid or x500 nor a UUID.'],
    ['bcrypt("x", 4, 5)', 'Give a password and at most a cost.'],
    ['bcrypt("x", 32)', 'The cost is 32; it must be from 4 to 31.'],
    ['bcrypt(join("", range(60)))', 'longer than the 72 bytes'],
    ['rsadecrypt("x", "y")', 'This is not standard Base64'],
    [
      'rsadecrypt("aGk=", "y")',
      '"key" of rsadecrypt() does not do: This is not a private key in PEM form',
    ],
    ['jsonencode(1 / 0)', 'There is an infinite number in it'],
    ['jsondecode("{")', 'This is no JSON'],
    ['csvdecode("")', 'The first line, with the names, is missing.'],
    ['csvdecode("a,a\\n1,2")', 'Two columns have the name "a"'],
    ['csvdecode("a,b\\n1")', 'The number of values in line 2 is 1 instead of 2.'],
    [
      'csvdecode("a,b\\n\\"x\\ny\\",1\\n3,4,5")',
      'The number of values in line 4 is 3 instead of 2.',
    ],
    ['csvdecode("a,b\\nx\\"y,2")', 'Line 2 has a quote in column 2, within a value'],
    ['csvdecode("a,b\\n\\"xy\\"z,2")', 'Line 2 has more text after the closing quote in column 4'],
    ['csvdecode("a,b\\n\\"xy,2\\n")', 'The value that starts with a quote in line 2 never ends.'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});

function textOf(value: Value): string {
  if (value.kind !== 'string') throw new Error(`a ${value.kind}`);
  return value.value;
}

describe('base64gzip gives the bytes of Packer for', () => {
  test.each([
    ['""', 'H4sIAAAAAAAA/wAAAP//AQAA//8AAAAAAAAAAA=='],
    ['"hello é"', 'H4sIAAAAAAAA/8pIzcnJVzi8EgAAAP//AQAA//88bIOICAAAAA=='],
    ['join("", [for n in range(300) : "x"])', 'H4sIAAAAAAAA/6oYBUQDAAAAAP//AQAA//8TLUMbLAEAAA=='],
  ])('%s', (text, bytes) => {
    const base64 = textOf(resultOf(`base64gzip(${text})`));
    expect(base64).toBe(bytes);
    expect(gunzipSync(Buffer.from(base64, 'base64')).toString()).toBe(textOf(resultOf(text)));
  });

  // They take several blocks and windows.
  test.each([
    [
      'numbers',
      (n: number): string => String((n * n * 7919) % 10007),
      'df84f4316c212afd5bac5bb804043a1e2c965389bab63839a6c5aab2bf145aa0',
    ],
    [
      'noise',
      (n: number): string => String.fromCharCode(Math.imul(n, 2654435761) >>> 22),
      '4c9318defe7f22c016875c691230dd3639c00565f38ecf8567a9e3366c3f36e4',
    ],
    [
      'repetition',
      (n: number): string => `${n % 9}`,
      '549c2cda45001fe92db863865633ccf9d1062b570813ee35950de7a174012589',
    ],
  ])('100,000 pieces of %s', (_, piece, sum) => {
    const text = Array.from({ length: 100_000 }, (__, n) => piece(n)).join('');
    const bytes = gzip(text);
    expect(gunzipSync(bytes).toString()).toBe(text);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
  });
});

test('bcrypt hashes with a new salt at the cost asked for, and at 10 for less than can be', () => {
  const [first, second] = [resultOf('bcrypt("x", 4)'), resultOf('bcrypt("x", 4)')].map(textOf);
  expect(first).toMatch(/^\$2a\$04\$[./\w]{53}$/);
  expect(first).not.toBe(second);
  expect(textOf(resultOf('bcrypt("x", 3)'))).toMatch(/^\$2a\$10\$/);
});

test('uuidv4 gives random UUIDs', () => {
  const uuids = [resultOf('uuidv4()'), resultOf('uuidv4()')].map(textOf);
  for (const uuid of uuids) {
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }
  expect(uuids[0]).not.toBe(uuids[1]);
});

describe('rsadecrypt', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const encrypted = (text: string | Buffer): string =>
    publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(text),
    ).toString('base64');
  const variables = (message: string, key = pkcs1) => ({
    variables: { message: stringValue(message), key: stringValue(key) },
  });

  test.each(['secret é', ''])('gives back what was encrypted: "%s"', (text) => {
    const result = resultOf('rsadecrypt(message, key)', variables(encrypted(text)));
    expect(result).toEqual(stringValue(text));
  });

  test.each([
    ['a message of another size', 'aGk=', pkcs1, 'This was not encrypted for the key'],
    [
      'a message that is none',
      Buffer.alloc(128, 7).toString('base64'),
      pkcs1,
      'This was not encrypted for the key',
    ],
    [
      'bytes that are no text',
      encrypted(Buffer.of(0xff)),
      pkcs1,
      'The decrypted bytes are not UTF-8 text.',
    ],
    [
      'a key of another kind',
      'aGk=',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'An RSA key is needed, not one of type ed25519.',
    ],
  ])('refuses %s', (_, message, key, problem) => {
    expect(problemsOf('rsadecrypt(message, key)', variables(message, key))).toContain(problem);
  });
});
