import { stringType } from '../value/type.ts';
import { stringValue } from '../value/value.ts';
import { textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { crypto } from './node-crypto.ts';
import { stringParameter } from './parameter.ts';

/** `uuidv4` and `uuidv5`. */
export const uuidFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'uuidv4',
    doc: 'Gives a new random UUID.',
    parameters: [],
    result: stringType,
    call: () => stringValue(crypto().randomUUID()),
  }),
  defineFunction({
    name: 'uuidv5',
    doc: 'Gives the UUID of a name in a namespace: dns, url, oid, x500 or a UUID.',
    parameters: [stringParameter('namespace'), stringParameter('name')],
    result: stringType,
    call: (args) => stringValue(namedUuid(namespaceBytes(textAt(args, 0)), textAt(args, 1))),
  }),
];

/** The last hexadecimal digit of the first group of the namespaces of RFC 4122. */
const namespaces: Readonly<Record<string, number>> = { dns: 0, url: 1, oid: 2, x500: 4 };

function namespaceBytes(namespace: string): Buffer {
  const digit = Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : undefined;
  if (digit !== undefined) return Buffer.from(`6ba7b81${digit}9dad11d180b400c04fd430c8`, 'hex');
  const dashed = /^(?:urn:uuid:|\{)?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\}?$/i.exec(
    namespace,
  );
  const plain = /^[\da-f]{32}$/i.exec(namespace);
  const found = dashed?.[1] ?? plain?.[0];
  if (found !== undefined) return Buffer.from(found.replaceAll('-', ''), 'hex');
  throw new FunctionFailure(`"${namespace}" is neither dns, url, oid or x500 nor a UUID.`, 0);
}

/** RFC 4122, "Algorithm for Creating a Name-Based UUID", with SHA-1. */
function namedUuid(namespace: Buffer, name: string): string {
  const bytes = crypto().createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
