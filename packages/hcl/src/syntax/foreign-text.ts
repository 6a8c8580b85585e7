import type { Diagnostic } from '../diagnostic.ts';
import { rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import * as messages from './messages.ts';
import { TokenKind } from './token.ts';

/** A stretch of text that is not HCL, what it stands for, and what to say about it. */
export interface ForeignText {
  readonly kind: TokenKind;
  readonly end: number;
  readonly problem?: Diagnostic;
}

/**
 * Recognises what people bring from other languages, and takes it as a whole so that one mistake gives
 * one diagnostic: `'text'`, `“text”`, `` `text` ``, bare `${...}`, `;`, `&`, `<< EOT`, odd spaces.
 */
export function foreignText(source: Source, start: number): ForeignText {
  const { text } = source;
  for (const { pattern, kind, message } of foreigners) {
    pattern.lastIndex = start;
    const found = pattern.exec(text);
    if (found === null) continue;
    const end = start + found[0].length;
    const problem = message(rangeOf(source, start, end), found[0]);
    return { kind, end, problem: { severity: 'error', ...problem } };
  }
  throw new Error(`no rule for the character at ${start}`);
}

interface Foreigner {
  readonly pattern: RegExp;
  readonly kind: TokenKind;
  readonly message: typeof messages.strayCharacter;
}

/** In order of trial; the last one matches anything. */
const foreigners: readonly Foreigner[] = [
  {
    pattern: /'(?:[^'\\\n]|\\.)*'/y,
    kind: TokenKind.foreignValue,
    message: messages.singleQuotes,
  },
  {
    pattern:
      /[\u201c\u201d\u201e\u00ab\u2018\u2019][^\n"\u201c\u201d\u00bb\u2019]*["\u201c\u201d\u00bb\u2019]/y,
    kind: TokenKind.foreignValue,
    message: messages.curlyQuotes,
  },
  { pattern: /`[^`]*`/y, kind: TokenKind.foreignValue, message: messages.backticks },
  {
    pattern: /[$%]\{[^{}\n]*\}/y,
    kind: TokenKind.foreignValue,
    message: messages.bareInterpolation,
  },
  {
    pattern:
      /<<-?[ \t]*["']?([\p{ID_Start}_][\p{ID_Continue}-]*)["']?[^\n]*\n(?:[^\n]*\n)*?[ \t]*\1(?=\s)/uy,
    kind: TokenKind.foreignValue,
    message: messages.malformedHeredoc,
  },
  { pattern: /<<[^\n]*/y, kind: TokenKind.foreignValue, message: messages.malformedHeredoc },
  { pattern: /;/y, kind: TokenKind.semicolon, message: messages.semicolon },
  { pattern: /[&|^~]/y, kind: TokenKind.foreignOperator, message: messages.foreignOperator },
  {
    pattern: /[\r\v\f\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+/y,
    kind: TokenKind.stray,
    message: messages.strayCharacter,
  },
  { pattern: /\$\{/y, kind: TokenKind.foreignValue, message: messages.bareInterpolation },
  { pattern: /['"`\u201c\u201d]/y, kind: TokenKind.foreignValue, message: messages.strayCharacter },
  { pattern: /./suy, kind: TokenKind.stray, message: messages.strayCharacter },
];
