import { createRequire } from 'node:module';
import { ebcdicTable } from './ebcdic.ts';
import type { TextCodec } from './text-codec.ts';

/** An encoding of one byte per character, by its usual name. The tables are those of golang.org/x/text. */
export function singleByteCodec(name: string): TextCodec {
  const characters = ebcdicTable(name) ?? tableOf(name);
  return {
    encode: (text) => {
      const bytes = [...text].map((character) => characters.indexOf(character));
      return bytes.includes(-1) ? undefined : Uint8Array.from(bytes);
    },
    decode: (bytes) => {
      const parts = Array.from(bytes, (byte) => characters[byte]);
      return parts.includes(undefined) ? undefined : parts.join('');
    },
  };
}

function tableOf(name: string): readonly (string | undefined)[] {
  const { decode } = createRequire(import.meta.url)('iconv-lite') as typeof import('iconv-lite');
  // With the bidirectional ones only the order in which text is shown is another.
  const label = name.replace(/-[EI]$/, '').replace('IBM00', 'cp');
  return Array.from({ length: 256 }, (_, byte) => {
    if (hasNoControls.test(label) && byte >= 0x80 && byte < 0xa0) return undefined;
    const character = amendments[name]?.[byte] ?? decode(Buffer.of(byte), label);
    return character === '\ufffd' ? undefined : character;
  });
}

/** Of the ISO-8859 encodings only these two have the control characters from 0x80 in golang.org/x/text. */
const hasNoControls = /^ISO-8859-(?!1$|9$)/;

/** What iconv-lite has as in older versions of the encodings. */
const amendments: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'KOI8-U': { 174: 'ў', 190: 'Ў' },
  macintosh: { 189: 'Ω', 219: '€', 240: '\uf8ff' },
};
