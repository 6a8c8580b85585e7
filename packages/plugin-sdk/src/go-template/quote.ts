import { isPrintable } from '@bake/hcl/go-text';

const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** `text` between quotes, with Go's escapes; `ascii` escapes everything beyond ASCII. */
export function quoteGo(text: string, quote: '"' | "'" = '"', ascii = false): string {
  let body = '';
  for (const char of text) {
    body += char === quote ? `\\${quote}` : (named[char] ?? escapeCharacter(char, ascii));
  }
  return quote + body + quote;
}

function escapeCharacter(char: string, ascii: boolean): string {
  const code = char.codePointAt(0) ?? 0;
  if (isPrintable(char) && (!ascii || code < 0x80)) {
    return char;
  }
  const hex = code.toString(16);
  if (code < 0x80) {
    return `\\x${hex.padStart(2, '0')}`;
  }
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
