import type { Diagnostic } from '../../diagnostic.ts';
import { type Range, showRange } from '../../range.ts';
import { TokenKind } from '../token.ts';
import type { TokenReader } from '../token-reader.ts';

/** What a message function gives: a diagnostic but for its severity, which for the syntax is always `error`. */
export type Problem = Omit<Diagnostic, 'severity'>;

/** Line number of a range's start, as a person counts. */
export function line(range: Range): number {
  return showRange(range).start.line;
}

const joinAdvice = ' To join texts, put both in one string: "$' + '{a} text".';

const wordOperators: ReadonlyMap<string, string> = new Map([
  ['and', ' For "and" write "&&".'],
  ['or', ' For "or" write "||".'],
  ['is', ' To compare write "==".'],
  ['if', ' To choose between two values write condition ? value : other.'],
]);

/** Advice on what stands where a value is already complete. */
export function wordAdvice(reader: TokenReader): string {
  switch (reader.kind) {
    case TokenKind.identifier:
      return wordOperators.get(reader.text) ?? nameAdvice(reader);
    case TokenKind.openQuote:
      return joinAdvice;
    case TokenKind.equal:
      return ' To compare write "==".';
    case TokenKind.closeBrace:
      return ' Put the closing brace on a line of its own.';
    case TokenKind.closeParen:
    case TokenKind.closeBracket:
      return ` There is no opening bracket for this "${reader.text}".`;
    default:
      return '';
  }
}

function nameAdvice(reader: TokenReader): string {
  // Another argument, on the same line.
  if (reader.kindAfter() === TokenKind.equal) return '';
  const before = reader.source.text.slice(0, reader.previousEnd);
  return /\bnot$/.test(before.slice(-5)) ? ' To negate a condition write "!".' : joinAdvice;
}
