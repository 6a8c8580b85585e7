import { over, type Range, rangeOf } from '../range.ts';
import type { Attribute, Block, Body, Expression, Identifier, Label } from './ast.ts';
import * as messages from './messages.ts';
import { skipItem } from './recovery.ts';
import { indentationAt } from './recovery-hints.ts';
import { quotedValue } from './template-text.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** `File = { Attribute | Block }` */
export function parseFileBody(reader: TokenReader): Body {
  const items: (Attribute | Block)[] = [];
  const body = new BodyParser(reader);
  while (reader.kind !== TokenKind.endOfFile) {
    body.items(items);
    if (reader.kind === TokenKind.closeBrace) {
      reader.complain(messages.strayBrace(reader.here()));
      reader.advance();
      skipItem(reader, reader.previousEnd);
    }
  }
  return { kind: 'body', items, range: rangeOf(reader.source, 0, reader.source.text.length) };
}

/** Blocks in one another deeper than this are refused. */
const maximumDepth = 400;

class BodyParser {
  readonly #reader: TokenReader;
  #depth = 0;
  /** In a block on one line that went wrong: its brace may stand on the line of an item. */
  #isInline = false;

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  /** Reads items up to a closing brace or the end of the text. */
  items(items: (Attribute | Block)[]): void {
    const reader = this.#reader;
    const names = new Names(reader, items);
    for (;;) {
      if (reader.kind === TokenKind.newline || reader.kind === TokenKind.semicolon) {
        reader.advance();
        continue;
      }
      if (reader.kind === TokenKind.closeBrace || reader.kind === TokenKind.endOfFile) return;
      const item = this.#item();
      if (item === undefined) continue;
      if (item.kind === 'attribute') names.check(item.name);
      items.push(item);
    }
  }

  /** One attribute or block with the line break after it; afterwards `recovering` is off. */
  #item(): Attribute | Block | undefined {
    const reader = this.#reader;
    const { start } = reader;
    if (reader.kind === TokenKind.openQuote) return this.#quotedName(start);
    if (reader.kind !== TokenKind.identifier) {
      reader.fail(messages.itemExpected(reader));
      reader.advance();
      skipItem(reader, start);
      return undefined;
    }
    return this.#named(reader.identifier());
  }

  #named(name: Identifier): Attribute | Block | undefined {
    switch (this.#reader.kind) {
      case TokenKind.equal:
        return this.#attribute(name, 'newline');
      case TokenKind.openBrace:
      case TokenKind.openQuote:
      case TokenKind.identifier:
        return this.#block(name);
      default:
        return this.#notAnItem(name);
    }
  }

  /** `"name" = value` */
  #quotedName(start: number): Attribute | undefined {
    const reader = this.#reader;
    const label = parseLabel(reader);
    reader.complain(messages.quotedName(label.range, label.value));
    if (reader.kind === TokenKind.equal && !reader.recovering) {
      const name: Identifier = { kind: 'identifier', name: label.value, range: label.range };
      return this.#attribute(name, 'newline');
    }
    skipItem(reader, start);
    return undefined;
  }

  /** A name with neither `=` nor a block after it; `name: value` and the like are still read. */
  #notAnItem(name: Identifier): Attribute | undefined {
    const reader = this.#reader;
    reader.complain(messages.equalsExpected(reader, name));
    const assigns = assignments.has(reader.kind);
    if (!assigns) {
      skipItem(reader, name.range.start);
      return undefined;
    }
    return this.#attribute(name, 'anything');
  }

  /**
   * `Name "=" Expression` up to its line break, or in a block on one line up to the closing brace. `anything` may
   * follow when the argument was complained about.
   */
  #attribute(name: Identifier, end: 'newline' | 'brace' | 'anything'): Attribute {
    const reader = this.#reader;
    let equals = reader.take();
    // `:=` comes as two tokens, and was complained about.
    if (reader.kind === TokenKind.equal && equals.end === reader.start)
      equals = over(equals, reader.take());
    const value: Expression = reader.expression();
    const valueEnd = Math.max(equals.end, value.range.end);
    const range = rangeOf(reader.source, name.range.start, valueEnd);
    if (end === 'newline') this.#endItem(name, messages.newlineExpected);
    else if (end === 'anything' || reader.recovering) skipItem(reader, name.range.start);
    return { kind: 'attribute', name, equals, value, range };
  }

  #endItem(name: Identifier, problem: typeof messages.newlineExpected): void {
    const reader = this.#reader;
    const { kind } = reader;
    const ends =
      kind === TokenKind.newline || kind === TokenKind.endOfFile || kind === TokenKind.semicolon;
    if (this.#isInline && kind === TokenKind.closeBrace && !reader.recovering) return;
    if (!ends && !reader.recovering) reader.fail(problem(reader, name));
    if (reader.recovering) skipItem(reader, name.range.start);
    else reader.advance();
  }

  /** `Type { Label } "{" Body "}"` */
  #block(type: Identifier): Block | undefined {
    const reader = this.#reader;
    const labels: Label[] = [];
    while (reader.kind === TokenKind.openQuote || reader.kind === TokenKind.identifier) {
      labels.push(parseLabel(reader));
    }
    const header = reader.from(type.range.start);
    if (reader.kind !== TokenKind.openBrace) {
      reader.fail(messages.blockExpected(reader, type, labels));
      skipItem(reader, type.range.start);
      return undefined;
    }
    if (this.#depth >= maximumDepth) {
      reader.fail(messages.nestedTooDeeply(header));
      reader.giveUp();
      return undefined;
    }
    const open = reader.take();
    this.#depth += 1;
    const body = this.#blockBody(open, header);
    this.#depth -= 1;
    const close = this.#closeBlock(type, open, header, body);
    return { kind: 'block', type, labels, open, body, close, header, range: over(header, close) };
  }

  #blockBody(open: Range, header: Range): Body {
    const reader = this.#reader;
    const items: (Attribute | Block)[] = [];
    const { kind } = reader;
    const isOneLine =
      kind !== TokenKind.newline && kind !== TokenKind.closeBrace && kind !== TokenKind.endOfFile;
    if (isOneLine) this.#oneLineBody(items, open, header);
    else this.items(items);
    const end = reader.kind === TokenKind.closeBrace ? reader.start : reader.previousEnd;
    return {
      kind: 'body',
      items,
      range: rangeOf(reader.source, open.end, Math.max(open.end, end)),
    };
  }

  /** `{ name = value }`: one attribute, and the closing brace on the same line. */
  #oneLineBody(items: (Attribute | Block)[], open: Range, header: Range): void {
    const reader = this.#reader;
    if (!reader.at(TokenKind.identifier)) reader.complain(messages.itemExpected(reader));
    else if (this.#oneLineAttribute(items)) {
      if (reader.at(TokenKind.closeBrace) || reader.at(TokenKind.endOfFile)) return;
      reader.complain(messages.oneLineBlock(reader, over(header, open)));
    }
    // Read on as if it were written over several lines, but for the brace that may end it.
    const wasInline = this.#isInline;
    this.#isInline = true;
    reader.accept(TokenKind.comma);
    this.items(items);
    this.#isInline = wasInline;
  }

  #oneLineAttribute(items: (Attribute | Block)[]): boolean {
    const reader = this.#reader;
    const next = reader.kindAfter();
    const isBlock =
      next === TokenKind.openQuote || next === TokenKind.openBrace || next === TokenKind.identifier;
    if (isBlock) {
      reader.complain(messages.nestedInOneLineBlock(reader.here(), reader.text));
      return false;
    }
    if (next !== TokenKind.equal) return false;
    items.push(this.#attribute(reader.identifier(), 'brace'));
    return true;
  }

  /** Reads the closing brace and the line break after it, or says which block lacks its own. */
  #closeBlock(type: Identifier, open: Range, header: Range, body: Body): Range {
    const reader = this.#reader;
    if (reader.kind !== TokenKind.closeBrace) {
      const subject = misplacedBlock(body, reader.source.text) ?? open;
      reader.fail(messages.unclosedBlock(subject, over(header, open)));
      return reader.gap();
    }
    const close = reader.take();
    this.#endItem(type, messages.newlineAfterBlock);
    return close;
  }
}

/**
 * Opening brace of the first block whose closing brace begins a line further left than the block does: it
 * took the brace of the block around it, and is the one that lacks its own.
 */
function misplacedBlock(body: Body, text: string): Range | undefined {
  for (const item of body.items) {
    if (item.kind !== 'block') continue;
    const inner = misplacedBlock(item.body, text);
    if (inner !== undefined) return inner;
    const { open, close } = item;
    const indentation = indentationAt(text, close.start);
    const beginsLine = text[close.start - indentation - 1] === '\n';
    if (beginsLine && indentation < indentationAt(text, open.start)) return open;
  }
  return undefined;
}

/** The names of the arguments of one body, to find those set twice. */
class Names {
  readonly #reader: TokenReader;
  readonly #items: readonly (Attribute | Block)[];
  #byName: Map<string, Identifier> | undefined;

  constructor(reader: TokenReader, items: readonly (Attribute | Block)[]) {
    this.#reader = reader;
    this.#items = items;
  }

  /** Looks at a name that is about to be added to the items. */
  check(name: Identifier): void {
    const first = this.#items.length < 12 ? this.#find(name.name) : this.#lookUp(name);
    if (first !== undefined) this.#reader.complain(messages.attributeRedefined(name, first));
  }

  /** Nearly all bodies are so short that looking through them beats building a map. */
  #find(name: string): Identifier | undefined {
    for (const item of this.#items) {
      if (item.kind === 'attribute' && item.name.name === name) return item.name;
    }
    return undefined;
  }

  #lookUp(name: Identifier): Identifier | undefined {
    this.#byName ??= this.#all();
    const first = this.#byName.get(name.name);
    if (first === undefined) this.#byName.set(name.name, name);
    return first;
  }

  #all(): Map<string, Identifier> {
    const byName = new Map<string, Identifier>();
    for (const item of this.#items) {
      if (item.kind === 'attribute' && !byName.has(item.name.name)) {
        byName.set(item.name.name, item.name);
      }
    }
    return byName;
  }
}

const assignments: ReadonlySet<TokenKind> = new Set([
  TokenKind.colon,
  TokenKind.fatArrow,
  TokenKind.equalEqual,
]);

/** A label, or what should have been one. Quoted labels take escapes but no sequences. */
function parseLabel(reader: TokenReader): Label {
  const { start } = reader;
  if (reader.kind === TokenKind.identifier) {
    const { name, range } = reader.identifier();
    return { kind: 'label', value: name, quoted: false, range };
  }
  reader.advance();
  let value = '';
  while (reader.kind === TokenKind.quotedText || reader.kind === TokenKind.escapedText) {
    value += quotedValue(reader);
    reader.advance();
  }
  if (reader.kind !== TokenKind.closeQuote) {
    reader.complain(messages.templateInLabel(reader.here(), reader.text));
    skipString(reader);
  }
  reader.accept(TokenKind.closeQuote);
  return { kind: 'label', value, quoted: true, range: reader.from(start) };
}

/** Skips to the closing quote of the string that the reader is in. */
function skipString(reader: TokenReader): void {
  let depth = 0;
  while (reader.kind !== TokenKind.endOfFile) {
    if (reader.kind === TokenKind.openQuote) depth += 1;
    else if (reader.kind === TokenKind.closeQuote) {
      if (depth === 0) return;
      depth -= 1;
    }
    reader.advance();
  }
}
