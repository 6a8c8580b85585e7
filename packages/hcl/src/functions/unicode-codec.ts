import type { TextCodec } from './text-codec.ts';

/** The encodings of Unicode, by their usual names. */
export const unicodeCodecs: ReadonlyMap<string, TextCodec> = new Map<string, TextCodec>([
  ['UTF-8', { encode: (text) => Buffer.from(text), decode: (bytes) => decoded(bytes, 'utf-8') }],
  [
    'UTF-16LE',
    {
      encode: (text) => Buffer.from(text, 'utf16le'),
      decode: (bytes) => decoded(bytes, 'utf-16le'),
    },
  ],
  ['UTF-16BE', { encode: bigEndian, decode: (bytes) => decoded(bytes, 'utf-16be') }],
  ['UTF-16', { encode: (text) => bigEndian(`\ufeff${text}`), decode: decodeMarked }],
]);

function decoded(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function bigEndian(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}

/** With a byte order mark, which is not part of the text; without one the high byte comes first. */
function decodeMarked(bytes: Uint8Array): string | undefined {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  return decoded(bytes, isLittle ? 'utf-16le' : 'utf-16be')?.replace(/^\ufeff/, '');
}
