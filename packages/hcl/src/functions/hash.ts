import { isUtf8 } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { stringType } from '../value/type.ts';
import { stringValue, type Value } from '../value/value.ts';
import { countAt, textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { base64Bytes } from './encoding.ts';
import { crypto } from './node-crypto.ts';
import { numberParameter, stringParameter } from './parameter.ts';

/** Functions of cryptography. */
export const hashFunctions: readonly HclFunction[] = [
  digestFunction('md5', 'MD5'),
  digestFunction('sha1', 'SHA-1'),
  digestFunction('sha256', 'SHA-256'),
  digestFunction('sha512', 'SHA-512'),
  defineFunction({
    name: 'bcrypt',
    doc: 'Hashes a password with bcrypt and a new salt, at a cost (10).',
    parameters: [stringParameter('password')],
    variadic: numberParameter('cost'),
    result: stringType,
    call: bcrypt,
  }),
  defineFunction({
    name: 'rsadecrypt',
    doc: 'Decrypts Base64 that was encrypted with RSA (PKCS #1 v1.5), with a private key in PEM form.',
    parameters: [stringParameter('base64'), stringParameter('key')],
    result: stringType,
    call: rsaDecrypt,
  }),
];

function digestFunction(name: string, title: string): HclFunction {
  return defineFunction({
    name,
    doc: `Gives the ${title} hash of a text's UTF-8 bytes, in hexadecimal.`,
    parameters: [stringParameter('text')],
    result: stringType,
    call: (args) => stringValue(crypto().createHash(name).update(textAt(args, 0)).digest('hex')),
  });
}

/** bcrypt looks at this many bytes; more would be ignored, and a login with the wrong rest succeed. */
const longestPassword = 72;

function bcrypt(args: readonly Value[]): Value {
  if (args.length > 2) throw new FunctionFailure('Give a password and at most a cost.', 2);
  const password = textAt(args, 0);
  if (Buffer.byteLength(password) > longestPassword) {
    const message = `The password is longer than the ${longestPassword} bytes that bcrypt can hash.`;
    throw new FunctionFailure(message, 0);
  }
  const cost = args.length === 2 ? countAt(args, 1) : 10;
  if (cost > 31) throw new FunctionFailure(`The cost is ${cost}; it must be from 4 to 31.`, 1);
  const require = createRequire(import.meta.url);
  const { hashSync } = require('bcryptjs') as typeof import('bcryptjs');
  // Go takes 10 for a cost below the least; and it names the scheme 2a, of which 2b is the same.
  return stringValue(hashSync(password, cost < 4 ? 10 : cost).replace(/^\$2b/, '$2a'));
}

function rsaDecrypt(args: readonly Value[]): Value {
  const message = base64Bytes(textAt(args, 0), 0);
  const key = privateKeyOf(textAt(args, 1));
  const text = decrypted(message, key);
  if (text === undefined) {
    throw new FunctionFailure('This was not encrypted for the key, or not with PKCS #1 v1.5.', 0);
  }
  if (!isUtf8(text)) throw new FunctionFailure('The decrypted bytes are not UTF-8 text.', 0);
  return stringValue(text.toString());
}

function privateKeyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = crypto().createPrivateKey(pem);
  } catch {
    const advice = 'it starts with "-----BEGIN RSA PRIVATE KEY-----" and has no passphrase';
    throw new FunctionFailure(`This is not a private key in PEM form; ${advice}.`, 1);
  }
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new FunctionFailure(`An RSA key is needed, not one of type ${key.asymmetricKeyType}.`, 1);
}

/** The padding is taken off here: Node refuses to do it, as a server's answers could leak the key. */
function decrypted(message: Buffer, key: KeyObject): Buffer | undefined {
  try {
    const { constants, privateDecrypt } = crypto();
    return unpadded(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, message));
  } catch {
    // The message is longer than the key.
    return undefined;
  }
}

/** What follows `00 02`, eight or more bytes that are not zero, and `00`. */
function unpadded(block: Buffer): Buffer | undefined {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined;
}
