import { FunctionFailure } from './define-function.ts';

/** Reads and writes one text encoding; `undefined` for what it can't represent. */
interface Codec {
  readonly encode?: (text: string) => Uint8Array | undefined;
  readonly decode: (bytes: Uint8Array) => string | undefined;
}

/** IANA names, in capitals, of encodings of one byte per character: `TextDecoder` knows what the bytes mean. */
const singleByte = [
  'IBM866',
  'ISO-8859-1',
  'ISO-8859-2',
  'ISO-8859-3',
  'ISO-8859-4',
  'ISO-8859-5',
  'ISO-8859-6',
  'ISO-8859-7',
  'ISO-8859-8',
  'ISO-8859-9',
  'ISO-8859-10',
  'ISO-8859-13',
  'ISO-8859-14',
  'ISO-8859-15',
  'ISO-8859-16',
  'KOI8-R',
  'KOI8-U',
  'MACINTOSH',
  'US-ASCII',
  'WINDOWS-874',
  'WINDOWS-1250',
  'WINDOWS-1251',
  'WINDOWS-1252',
  'WINDOWS-1253',
  'WINDOWS-1254',
  'WINDOWS-1255',
  'WINDOWS-1256',
  'WINDOWS-1257',
  'WINDOWS-1258',
];

/** Encodings that can be read but not written. */
const readOnly = ['BIG5', 'EUC-JP', 'EUC-KR', 'GB18030', 'GBK', 'ISO-2022-JP', 'SHIFT_JIS'];

const unicode: Readonly<Record<string, Codec>> = {
  'UTF-8': { encode: (text) => Buffer.from(text), decode: (bytes) => decoded(bytes, 'utf-8') },
  'UTF-16LE': {
    encode: (text) => Buffer.from(text, 'utf16le'),
    decode: (bytes) => decoded(bytes, 'utf-16le'),
  },
  'UTF-16BE': { encode: bigEndian, decode: (bytes) => decoded(bytes, 'utf-16be') },
  'UTF-16': { encode: (text) => bigEndian(`\ufeff${text}`), decode: decodeMarked },
};

const aliases: Readonly<Record<string, string>> = {
  ASCII: 'US-ASCII',
  CP866: 'IBM866',
  LATIN1: 'ISO-8859-1',
  MAC: 'MACINTOSH',
  UTF8: 'UTF-8',
  ...Object.fromEntries(
    [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((n) => [`CP${n}`, `WINDOWS-${n}`]),
  ),
};

/** The text's bytes in the encoding with this IANA name. Throws `FunctionFailure`, which blames argument 1 for the name. */
export function encodeText(text: string, encoding: string): Uint8Array {
  const { encode } = codecOf(encoding);
  if (encode === undefined) {
    throw new FunctionFailure(`Text in "${encoding}" can be read here, but not written.`, 1);
  }
  const bytes = encode(text);
  if (bytes !== undefined) return bytes;
  throw new FunctionFailure(`The text has a character that "${encoding}" can't represent.`, 0);
}

/** The text that the bytes are in the encoding with this IANA name. Throws `FunctionFailure`, which blames argument 1 for the name. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  const text = codecOf(encoding).decode(bytes);
  if (text !== undefined) return text;
  throw new FunctionFailure(`The bytes are not text in "${encoding}".`, 0);
}

function codecOf(encoding: string): Codec {
  const name = aliases[encoding.toUpperCase()] ?? encoding.toUpperCase();
  const codec = unicode[name];
  if (codec !== undefined) return codec;
  if (singleByte.includes(name)) return singleByteCodec(name);
  if (readOnly.includes(name)) return { decode: (bytes) => decoded(bytes, name) };
  const known = [...Object.keys(unicode), ...singleByte, ...readOnly].join(', ');
  throw new FunctionFailure(`There is no encoding "${encoding}" here. There are: ${known}.`, 1);
}

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

function singleByteCodec(name: string): Codec {
  const characters = Array.from({ length: 256 }, (_, byte) => characterOf(name, byte));
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

/**
 * What `TextDecoder` gets wrong is put right: it takes ISO-8859 encodings and ASCII for their Windows
 * cousins, as the web does, and Node's takes windows-1252 for ISO-8859-1.
 */
function characterOf(name: string, byte: number): string | undefined {
  if (byte < 0x80) return String.fromCharCode(byte);
  if (name === 'US-ASCII') return undefined;
  if (byte < 0xa0 && name === 'WINDOWS-1252') return windows1252.charAt(byte - 0x80);
  if (byte < 0xa0 && name.startsWith('ISO-')) return String.fromCharCode(byte);
  return decoded(Uint8Array.of(byte), name);
}

/** Bytes 0x80 to 0x9f. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
