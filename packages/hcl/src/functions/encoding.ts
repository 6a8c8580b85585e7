import { isUtf8 } from 'node:buffer';
import { stringType } from '../value/type.ts';
import { stringValue } from '../value/value.ts';
import { textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { gzip } from './gzip.ts';
import { stringParameter } from './parameter.ts';
import { decodeText, encodeText } from './text-encoding.ts';

/** Functions that turn text into other spellings of it and back. */
export const encodingFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'base64encode',
    doc: 'Writes the UTF-8 bytes of a text in Base64.',
    parameters: [stringParameter('text')],
    result: stringType,
    call: (args) => stringValue(Buffer.from(textAt(args, 0)).toString('base64')),
  }),
  defineFunction({
    name: 'base64decode',
    doc: 'Reads Base64 that stands for UTF-8 text.',
    parameters: [stringParameter('base64')],
    result: stringType,
    call: (args) => {
      const bytes = base64Bytes(textAt(args, 0), 0);
      if (isUtf8(bytes)) return stringValue(bytes.toString());
      const advice = 'use textdecodebase64 when it is text in another encoding';
      throw new FunctionFailure(`What this stands for is not UTF-8 text; ${advice}.`, 0);
    },
  }),
  defineFunction({
    name: 'base64gzip',
    doc: 'Compresses a text with gzip and writes the bytes in Base64.',
    parameters: [stringParameter('text')],
    result: stringType,
    call: (args) => stringValue(gzip(textAt(args, 0)).toString('base64')),
  }),
  defineFunction({
    name: 'textencodebase64',
    doc: 'Writes a text in an encoding such as UTF-16LE, and the bytes in Base64.',
    parameters: [stringParameter('text'), stringParameter('encoding')],
    result: stringType,
    call: (args) => {
      const bytes = encodeText(textAt(args, 0), textAt(args, 1));
      return stringValue(Buffer.from(bytes).toString('base64'));
    },
  }),
  defineFunction({
    name: 'textdecodebase64',
    doc: 'Reads Base64 that stands for text in an encoding such as UTF-16LE.',
    parameters: [stringParameter('base64'), stringParameter('encoding')],
    result: stringType,
    call: (args) => stringValue(decodeText(base64Bytes(textAt(args, 0), 0), textAt(args, 1))),
  }),
  defineFunction({
    name: 'urlencode',
    doc: 'Escapes a text for use in the query of a URL; a space becomes a plus sign.',
    parameters: [stringParameter('text')],
    result: stringType,
    call: (args) => stringValue(queryEscaped(textAt(args, 0))),
  }),
];

/** Bytes of standard, padded Base64, in which line breaks don't matter. Throws `FunctionFailure`, which blames the argument. */
export function base64Bytes(text: string, argument: number): Buffer {
  const joined = text.replace(/[\r\n]/g, '');
  if (/^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(joined) && !joined.includes('_')) {
    return Buffer.from(joined, 'base64');
  }
  const advice = 'it needs letters, digits, + and / in groups of four, filled up with =';
  throw new FunctionFailure(`This is not standard Base64; ${advice}.`, argument);
}

function queryEscaped(text: string): string {
  let result = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    if (character === ' ') result += '+';
    else if (/[A-Za-z0-9\-_.~]/.test(character)) result += character;
    else result += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}
