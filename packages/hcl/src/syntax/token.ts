/**
 * What a token is. Numbers, because the lexer keeps a file's tokens in flat arrays: a token is not an
 * object, it is an index into three of them.
 */
export const TokenKind = {
  endOfFile: 0,
  newline: 1,
  identifier: 2,
  number: 3,

  openBrace: 4,
  closeBrace: 5,
  openBracket: 6,
  closeBracket: 7,
  openParen: 8,
  closeParen: 9,

  /** `"`, at the start and at the end of a quoted template. */
  openQuote: 10,
  closeQuote: 11,
  /** `<<EOT` with its line break; and the closing marker alone. */
  openHeredoc: 12,
  closeHeredoc: 13,
  /** `${` or `${~` */
  openInterpolation: 14,
  /** `%{` or `%{~` */
  openDirective: 15,
  /** The `}` or `~}` that ends an interpolation or a directive. */
  closeSequence: 16,
  /** Literal text of a quoted template that stands for itself. */
  quotedText: 17,
  /** Literal text of a heredoc or a template file: never longer than one line. */
  plainText: 18,

  equal: 19,
  colon: 20,
  doubleColon: 21,
  comma: 22,
  dot: 23,
  ellipsis: 24,
  fatArrow: 25,
  question: 26,
  bang: 27,

  or: 28,
  and: 29,
  equalEqual: 30,
  notEqual: 31,
  less: 32,
  lessEqual: 33,
  greater: 34,
  greaterEqual: 35,
  plus: 36,
  minus: 37,
  star: 38,
  slash: 39,
  percent: 40,

  // The lexer has reported these itself; the parser only has to find its way past them.

  /** `&`, `|`, `^`, `~`: stands where an operator would. */
  foreignOperator: 41,
  /** `;`: stands where a line break would. */
  semicolon: 42,
  /** Something that stands where a value would, such as a string in single quotes. */
  foreignValue: 43,
  /** A character that means nothing anywhere; the parser never sees it. */
  stray: 44,

  /** Literal text of a quoted template with a `\\`, `$` or `%`: what it stands for is to be worked out. */
  escapedText: 45,
} as const;

/** One of the values of `TokenKind`. */
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/**
 * The tokens of one text in source order. Between two of them stand only spaces, tabs and comments
 * (and a byte order mark at the very start). The last one is `endOfFile`, empty, at the text's end.
 */
export interface TokenList {
  readonly count: number;
  /** Three numbers for each: kind, start, end. Offsets are in UTF-16 code units, `[start, end)`. */
  readonly data: Int32Array;
}

/** A token list that is still being written. */
export class TokenListBuilder implements TokenList {
  data: Int32Array = new Int32Array(3 * 1024);
  #length = 0;

  get count(): number {
    return this.#length / 3;
  }

  /** Adds a token. */
  push(kind: TokenKind, start: number, end: number): void {
    const at = this.#length;
    if (at === this.data.length) this.#grow();
    const { data } = this;
    data[at] = kind;
    data[at + 1] = start;
    data[at + 2] = end;
    this.#length = at + 3;
  }

  /** Forgets the tokens from `count` on: to read their text in another way, or to read another text. */
  truncate(count: number): void {
    this.#length = 3 * count;
  }

  #grow(): void {
    const { data } = this;
    this.data = new Int32Array(2 * data.length);
    this.data.set(data);
  }
}
