import type { Source } from '../source.ts';
import { lex } from './lexer.ts';
import { TokenKind } from './token.ts';

/** What a token is, by name. */
export type TokenName = keyof typeof TokenKind;

/** A token of a text; `[start, end)` in UTF-16 code units. */
export interface Token {
  readonly kind: TokenName;
  readonly start: number;
  readonly end: number;
}

const names = Object.fromEntries(
  Object.entries(TokenKind).map(([name, kind]) => [kind, name]),
) as Readonly<Record<number, TokenName>>;

/**
 * The tokens of a configuration's text, the last one `endOfFile`: for an editor, which must make something of text
 * that does not parse yet. Comments are none of them. Never throws.
 */
export function tokensOf(source: Source): readonly Token[] {
  const { count, data } = lex(source, 'code').tokens;
  return Array.from({ length: count }, (_, index) => ({
    kind: names[data[3 * index] as number] as TokenName,
    start: data[3 * index + 1] as number,
    end: data[3 * index + 2] as number,
  }));
}
