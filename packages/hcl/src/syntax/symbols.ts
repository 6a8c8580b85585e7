import { Code, isAsciiIdentifierPart, isDigit } from './characters.ts';
import { TokenKind } from './token.ts';

/** What a character begins, when it is not simply a token kind. */
export const Lead = { other: 0, space: 100, name: 101, digit: 102 } as const;

/**
 * What each ASCII character begins: the kind of the token that it is whatever stands around it, or one of
 * `Lead`. One look-up decides for nearly all characters.
 */
export const leads: Uint8Array = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  if (isDigit(code)) leads[code] = Lead.digit;
  else if (isAsciiIdentifierPart(code) && code !== Code.minus) leads[code] = Lead.name;
}
leads[Code.space] = Lead.space;
leads[Code.tab] = Lead.space;
leads[Code.newline] = TokenKind.newline;
leads[Code.openBrace] = TokenKind.openBrace;
leads[Code.openBracket] = TokenKind.openBracket;
leads[Code.closeBracket] = TokenKind.closeBracket;
leads[Code.openParen] = TokenKind.openParen;
leads[Code.closeParen] = TokenKind.closeParen;
leads[Code.comma] = TokenKind.comma;
leads[Code.plus] = TokenKind.plus;
leads[Code.minus] = TokenKind.minus;
leads[Code.star] = TokenKind.star;
leads[Code.percent] = TokenKind.percent;
leads[Code.question] = TokenKind.question;

/** Kinds of the characters that are a token unless the next one makes it a longer one. */
export const soloKinds: Uint8Array = new Uint8Array(128);
soloKinds[Code.equal] = TokenKind.equal;
soloKinds[Code.bang] = TokenKind.bang;
soloKinds[Code.less] = TokenKind.less;
soloKinds[Code.greater] = TokenKind.greater;
soloKinds[Code.colon] = TokenKind.colon;
soloKinds[Code.dot] = TokenKind.dot;

/** Kinds of two ASCII characters together, at `128 * first + second`. */
const pairKinds = new Uint8Array(128 * 128);
const pairs = [
  ['==', TokenKind.equalEqual],
  ['=>', TokenKind.fatArrow],
  ['!=', TokenKind.notEqual],
  ['<=', TokenKind.lessEqual],
  ['>=', TokenKind.greaterEqual],
  ['::', TokenKind.doubleColon],
  ['&&', TokenKind.and],
  ['||', TokenKind.or],
  ['\r\n', TokenKind.newline],
] as const;
for (const [text, kind] of pairs) {
  pairKinds[128 * text.charCodeAt(0) + text.charCodeAt(1)] = kind;
}

/** The symbol that begins with these two characters, of one or two; 0 when none does. */
export function kindOfSymbol(code: number, next: number): TokenKind | 0 {
  if (code > 127) return 0;
  const pair = next < 128 ? pairKinds[128 * code + next] : 0;
  return ((pair === 0 ? soloKinds[code] : pair) ?? 0) as TokenKind | 0;
}
