import { parseFailure, type TemplateFailure } from './failure.ts';
import { lex } from './lexer.ts';
import type { Token, TokenKind } from './token.ts';

/** Hands out the tokens of a template with as much look-ahead as the parser needs. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: Generator<Token, undefined>;
  readonly #ahead: Token[] = [];
  /** End of the last token that was taken. */
  position = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = lex(text);
  }

  /** The token that `next` will give, or the one `distance` after it. */
  peek(distance = 0): Token {
    while (this.#ahead.length <= distance) {
      const result = this.#tokens.next();
      const end = this.text.length;
      this.#ahead.push(result.value ?? { kind: 'end', text: '', start: end, end });
    }
    return this.#ahead[distance] as Token;
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    this.#ahead.shift();
    this.position = token.end;
    return token;
  }

  /** The next token that is no space; the space before it is gone. */
  peekSolid(): Token {
    while (this.peek().kind === 'space') {
      this.#ahead.shift();
    }
    return this.peek();
  }

  /** Takes the next token that is no space. */
  nextSolid(): Token {
    this.peekSolid();
    return this.next();
  }

  /** Takes the next solid token if it is a keyword of this name. */
  acceptKeyword(name: string): boolean {
    const token = this.peekSolid();
    const found = token.kind === 'keyword' && token.text === name;
    if (found) {
      this.next();
    }
    return found;
  }

  /** Takes the next solid token, which must be of this kind. */
  expect(kind: TokenKind, context: string): Token {
    const token = this.nextSolid();
    if (token.kind !== kind) {
      throw this.unexpected(token, context);
    }
    return token;
  }

  /** The failure for a token that can't stand here. */
  unexpected(token: Token, context: string): TemplateFailure {
    return this.failure(token.start, `unexpected ${spell(token)} in ${context}`);
  }

  /** A failure at `offset`. */
  failure(offset: number, problem: string): TemplateFailure {
    return parseFailure(this.text, offset, problem);
  }
}

/** A token as Go names it in messages. */
function spell(token: Token): string {
  if (token.kind === 'end') {
    return 'EOF';
  }
  if (token.kind === 'keyword' || token.kind === 'dot' || token.kind === 'nil') {
    return `<${token.text}>`;
  }
  const characters = [...token.text];
  return characters.length > 10
    ? `${JSON.stringify(characters.slice(0, 10).join(''))}...`
    : JSON.stringify(token.text);
}
