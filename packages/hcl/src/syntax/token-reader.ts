import type { Diagnostic } from '../diagnostic.ts';
import { type Range, rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import type { Expression, Identifier, Invalid } from './ast.ts';
import type { Lexed } from './lexer.ts';
import type { Problem } from './messages.ts';
import { TokenKind, type TokenList } from './token.ts';

/** More mistakes than this in one text help nobody; it is probably not HCL at all. */
export const maximumProblems = 100;

/**
 * The place in a token list that a parse has come to, and what it has to say about it. Every grammar
 * area works on one of these; `expression` is how the areas below reach the one above them.
 *
 * While `recovering`, further complaints are follow-ons of the one already made and are dropped; who
 * finds a firm place to go on from sets it back.
 */
export class TokenReader {
  readonly source: Source;
  readonly problems: Diagnostic[] = [];
  /** Kind, start and end of the token that comes next. */
  kind: TokenKind = TokenKind.endOfFile;
  start = 0;
  end = 0;
  /** End of the token read last. */
  previousEnd = 0;
  recovering = false;
  /** How many expressions stand around the present one. */
  depth = 0;
  readonly #data: TokenList['data'];
  readonly #last: number;
  readonly #parseExpression: (reader: TokenReader) => Expression;
  #index = 0;
  #after = 0;
  #skipsNewlines = false;
  #skippedStray = false;
  #foreignEnd = -1;

  constructor(lexed: Lexed, parseExpression: (reader: TokenReader) => Expression) {
    this.source = lexed.source;
    this.#data = lexed.tokens.data;
    this.#last = lexed.tokens.count - 1;
    this.#parseExpression = parseExpression;
    this.#settle();
  }

  /** Parses the expression that starts at the next token. */
  expression(): Expression {
    return this.#parseExpression(this);
  }

  /** Reads the next token. At the end of the text it stays there. */
  advance(): void {
    if (this.kind === TokenKind.endOfFile) return;
    this.previousEnd = this.end;
    this.#after = this.#index + 1;
    this.#settle();
  }

  /** True when the next token is of this kind; for use where the compiler thinks to know better. */
  at(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  /** Reads the next token when it is of this kind. */
  accept(kind: TokenKind): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Reads the next token and gives its range. */
  take(): Range {
    const range = rangeOf(this.source, this.start, this.end);
    this.advance();
    return range;
  }

  /** Reads an identifier; the caller has seen that it comes next. */
  identifier(): Identifier {
    const name = this.source.text.slice(this.start, this.end);
    return { kind: 'identifier', name, range: this.take() };
  }

  /** From now on line breaks are skipped (or not). Gives what was the rule before, to be put back. */
  skipNewlines(skip: boolean): boolean {
    const before = this.#skipsNewlines;
    if (before !== skip) {
      this.#skipsNewlines = skip;
      this.#settle();
    }
    return before;
  }

  /** True when the next token is the identifier `word`. */
  atWord(word: string): boolean {
    return (
      this.kind === TokenKind.identifier &&
      this.end - this.start === word.length &&
      this.source.text.startsWith(word, this.start)
    );
  }

  /** Kind of the token after the next one, line breaks counted. */
  kindAfter(): TokenKind {
    return this.#data[3 * Math.min(this.#index + 1, this.#last)] as TokenKind;
  }

  /** True when a line break stands right before the next token. */
  atLineStart(): boolean {
    const before = this.#index - 1;
    return before < 0 || this.#data[3 * before] === TokenKind.newline;
  }

  /** Text of the next token. */
  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  /** Range of the next token; of a line break or the text's end, the place before it where something lacks. */
  here(): Range {
    const isEnd = this.kind === TokenKind.newline || this.kind === TokenKind.endOfFile;
    return isEnd ? this.gap() : rangeOf(this.source, this.start, this.end);
  }

  /** The empty range right after the token read last. */
  gap(): Range {
    return rangeOf(this.source, this.previousEnd, this.previousEnd);
  }

  /** From `start` to the end of the token read last. */
  from(start: number): Range {
    return rangeOf(this.source, start, Math.max(start, this.previousEnd));
  }

  /** Reports a mistake after which parsing goes on as if it were none. */
  complain(problem: Problem): void {
    if (this.recovering || this.problems.length >= maximumProblems) return;
    this.problems.push({ severity: 'error', ...problem });
  }

  /** Reports a mistake that leaves no way to go on here: callers return until one knows a way. */
  fail(problem: Problem): void {
    if (!this.#isFollowOn()) this.complain(problem);
    this.recovering = true;
  }

  /** Reads text that the lexer took for a value and reported; what goes wrong right after it is its doing. */
  foreignValue(): Invalid {
    const value = this.invalid(this.take());
    this.#foreignEnd = this.previousEnd;
    return value;
  }

  #isFollowOn(): boolean {
    if (this.#skippedStray || this.previousEnd === this.#foreignEnd) return true;
    return this.kind >= TokenKind.foreignOperator && this.kind <= TokenKind.stray;
  }

  /** Leaves out the rest of the text, and says nothing more. */
  giveUp(): void {
    this.recovering = true;
    this.#after = this.#last;
    this.#settle();
  }

  /** Stands for an expression that is not there. */
  invalid(range: Range = this.gap()): Invalid {
    return { kind: 'invalid', range };
  }

  #settle(): void {
    const data = this.#data;
    let index = this.#after;
    let kind = data[3 * index] as TokenKind;
    this.#skippedStray = false;
    while (kind === TokenKind.stray || (kind === TokenKind.newline && this.#skipsNewlines)) {
      if (kind === TokenKind.stray) this.#skippedStray = true;
      index += 1;
      kind = data[3 * index] as TokenKind;
    }
    this.#index = index;
    this.kind = kind;
    this.start = data[3 * index + 1] as number;
    this.end = data[3 * index + 2] as number;
  }
}
