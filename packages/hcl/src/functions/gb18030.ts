import { createRequire } from 'node:module';
import type { TextCodec } from './text-codec.ts';

/**
 * GB18030: the pairs of bytes that GBK has, too, and four bytes for all else in Unicode, whose second and fourth are digits. It is the
 * edition of 2000, as golang.org/x/text has it, which Packer asks.
 */
export function gb18030Codec(pairs: TextCodec): TextCodec {
  return {
    decode: (bytes) => {
      const given = Buffer.from(bytes).toString('latin1');
      const sequences = given.match(/[\x81-\xfe]\d[\x81-\xfe]\d|[\x81-\xfe]\D|./gs) ?? [];
      const parts = sequences.map((sequence) => {
        const read = Buffer.from(sequence, 'latin1');
        return read.length === 4 ? longText(read) : pairs.decode(read);
      });
      return parts.includes(undefined) ? undefined : parts.join('');
    },
    encode: (text) => {
      const parts = Array.from(
        text,
        (character) => pairs.encode(character) ?? longBytes(character),
      );
      return Buffer.concat(parts);
    },
  };
}

/** Of the numbers that four bytes stand for these have no character: those between the two parts of Unicode, and those after it. */
const basicEnd = 39420;
const furtherStart = 189000;
const furtherEnd = furtherStart + 0x100000;

function longText(bytes: Buffer): string | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  const index = (((first - 0x81) * 10 + second - 0x30) * 126 + third - 0x81) * 10 + fourth - 0x30;
  if (index === smallM.index) return smallM.character;
  const isAssigned = index < basicEnd || (index >= furtherStart && index < furtherEnd);
  return isAssigned ? iconv().decode(bytes, 'gb18030') : undefined;
}

function longBytes(character: string): Buffer {
  const code = character.codePointAt(0) ?? 0;
  if (character === smallM.character) return bytesOf(smallM.index);
  const run = privateRuns.findLast(([first]) => first <= code);
  if (run === undefined || code > 0xf8ff) return iconv().encode(character, 'gb18030');
  return bytesOf(run[1] + code - run[0]);
}

function bytesOf(index: number): Buffer {
  const tens = Math.floor(index / 10);
  const rows = Math.floor(tens / 126);
  return Buffer.of(
    0x81 + Math.floor(rows / 10),
    0x30 + (rows % 10),
    0x81 + (tens % 126),
    0x30 + (index % 10),
  );
}

/** Later editions have two bytes for it. */
const smallM = { character: 'ḿ', index: 7457 };

/** From which number on characters for private use are; those that stand between the runs have two bytes in later editions. */
const privateRuns: readonly (readonly [first: number, index: number])[] = [
  [0xe000, 35517],
  [0xe76c, 33469],
  [0xe7c8, 33470],
  [0xe7e7, 33471],
  [0xe815, 33484],
  [0xe819, 33485],
  [0xe81f, 33490],
  [0xe827, 33497],
  [0xe82d, 33501],
  [0xe833, 33505],
  [0xe83c, 33513],
  [0xe844, 33520],
  [0xe856, 33536],
  [0xe865, 33550],
];

function iconv(): typeof import('iconv-lite') {
  return createRequire(import.meta.url)('iconv-lite') as typeof import('iconv-lite');
}
