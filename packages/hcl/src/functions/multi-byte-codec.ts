import { createRequire } from 'node:module';
import { gb18030Codec } from './gb18030.ts';
import { hzCodec } from './hz-gb-2312.ts';
import { iso2022jpCodec } from './iso-2022-jp.ts';
import type { TextCodec } from './text-codec.ts';

/** iconv-lite's names of East Asian encodings, and which of two spellings of a character is written, as in golang.org/x/text. */
const variants: Readonly<Record<string, readonly [label: string, prefers: 'first' | 'last']>> = {
  Big5: ['big5hkscs', 'last'],
  'EUC-JP': ['eucjp', 'first'],
  'EUC-KR': ['cp949', 'first'],
  GB18030: ['gb18030', 'first'],
  GBK: ['gbk', 'first'],
  Shift_JIS: ['shiftjis', 'first'],
};

/** An East Asian encoding, by its usual name; `undefined` where it is none. */
export function multiByteCodec(name: string): TextCodec | undefined {
  if (name === 'ISO-2022-JP') return iso2022jpCodec(codecOf('EUC-JP'));
  if (name === 'HZ-GB-2312') return hzCodec(codecOf('GB18030'));
  if (name === 'GB18030') return gb18030Codec(codecOf('GB18030'));
  return name in variants ? codecOf(name) : undefined;
}

function codecOf(name: string): TextCodec {
  const [label = name, prefers] = variants[name] ?? [];
  const iconv = createRequire(import.meta.url)('iconv-lite') as typeof import('iconv-lite');
  const decode = (bytes: Uint8Array): string | undefined => {
    const text = iconv.decode(bytes, label);
    return strange.test(text) ? undefined : text;
  };
  const encode = (text: string): Uint8Array | undefined => {
    const table = tableOf(label, prefers === 'last', decode);
    const parts = Array.from(text, (character) => {
      if (character < '\x80') return Buffer.from(character);
      return table.get(character);
    });
    return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
  };
  return { encode, decode };
}

/**
 * The replacement character, and those for private use, to which bytes without a meaning are given; and a letter that is in newer
 * editions of Chinese encodings than golang.org/x/text has, and in none of the others.
 */
const strange = /[\ufffd\ue000-\uf8ff\u1e3f]/;

type Table = ReadonlyMap<string, Uint8Array>;

const tables = new Map<string, Table>();

/** The bytes of each character that has one to three: all of them are read once. */
function tableOf(label: string, isLast: boolean, decode: TextCodec['decode']): Table {
  const known = tables.get(label);
  if (known !== undefined) return known;
  const table = new Map<string, Uint8Array>();
  for (const bytes of sequences(label)) {
    const character = decode(bytes);
    if (character === undefined || character.length > 2) continue;
    const isOne = [...character].length === 1;
    if (isOne && (isLast || !table.has(character))) table.set(character, bytes);
  }
  tables.set(label, table);
  return table;
}

function* sequences(label: string): Iterable<Uint8Array> {
  for (let first = 0x80; first <= 0xff; first += 1) {
    // The one of GB18030, the euro sign, is only read.
    if (label !== 'gb18030') yield Buffer.of(first);
    for (let second = 0x40; second <= 0xff; second += 1) yield Buffer.of(first, second);
  }
  if (label !== 'eucjp') return;
  for (let second = 0xa1; second <= 0xfe; second += 1) {
    for (let third = 0xa1; third <= 0xfe; third += 1) yield Buffer.of(0x8f, second, third);
  }
}
