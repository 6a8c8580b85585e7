import type { TextCodec } from './text-codec.ts';

/** HZ-GB-2312: ASCII, and between `~{` and `~}` pairs of ASCII for the characters that GBK has in two bytes with the highest bit. */
export function hzCodec(gbk: TextCodec): TextCodec {
  return {
    decode: (bytes) => decoded(Buffer.from(bytes).toString('latin1'), gbk),
    encode: (text) => encoded(text, gbk),
  };
}

function decoded(given: string, gbk: TextCodec): string | undefined {
  let text = '';
  let isChinese = false;
  for (let position = 0; position < given.length; ) {
    const pair = given.slice(position, position + 2);
    const mark = marks.get(pair);
    const part = mark?.text ?? textOf(pair, isChinese, gbk);
    if (part === undefined) return undefined;
    text += part;
    position += mark !== undefined || isChinese ? 2 : 1;
    isChinese = mark?.isChineseNext ?? isChinese;
  }
  return text;
}

/** A tilde is written twice; one at the end of a line joins it with the next. */
const marks: ReadonlyMap<string, { readonly text: string; readonly isChineseNext?: boolean }> =
  new Map([
    ['~{', { text: '', isChineseNext: true }],
    ['~}', { text: '', isChineseNext: false }],
    ['~~', { text: '~' }],
    ['~\n', { text: '' }],
  ]);

function textOf(pair: string, isChinese: boolean, gbk: TextCodec): string | undefined {
  if (pair.startsWith('~')) return undefined;
  return isChinese ? chinese(pair, gbk) : ascii(pair);
}

function ascii(pair: string): string | undefined {
  return pair < '\x80' ? pair.charAt(0) : undefined;
}

function chinese(pair: string, gbk: TextCodec): string | undefined {
  if (!/^[!-~]{2}$/.test(pair)) return undefined;
  return gbk.decode(Buffer.from(pair).map((byte) => byte | 0x80));
}

function encoded(text: string, gbk: TextCodec): Uint8Array | undefined {
  let result = '';
  let isChinese = false;
  for (const character of text) {
    const isAscii = character < '\x80';
    const part = isAscii ? character.replace('~', '~~') : pairOf(character, gbk);
    if (part === undefined) return undefined;
    // A tilde does not end what is Chinese.
    if (character !== '~' && isChinese === isAscii) {
      result += isAscii ? '~}' : '~{';
      isChinese = !isAscii;
    }
    result += part;
  }
  return Buffer.from(result, 'latin1');
}

/** Of GBK's pairs only those of two bytes with the highest bit have a place here. */
function pairOf(character: string, gbk: TextCodec): string | undefined {
  const bytes = gbk.encode(character);
  if (bytes === undefined || !bytes.every((byte) => byte > 0xa0)) return undefined;
  return String.fromCharCode(...bytes.map((byte) => byte & 0x7f));
}
