import { over, type Range } from '../range.ts';
import type { Expression, ObjectConstructor, ObjectItem, Parentheses, Tuple } from './ast.ts';
import * as messages from './messages.ts';
import { parseFor } from './parse-for.ts';
import { atNextItem, skipInside } from './recovery.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** `"(" Expression ")"`; line breaks inside do not count. */
export function parseParentheses(reader: TokenReader): Parentheses {
  const open = reader.take();
  const newlines = reader.skipNewlines(true);
  const inner = reader.expression();
  if (reader.kind !== TokenKind.closeParen) {
    reader.fail(messages.unbalancedParentheses(reader.here(), open));
    skipInside(reader, TokenKind.closeParen, open);
  } else reader.recovering = false;
  const close = reader.kind === TokenKind.closeParen ? reader.take() : reader.gap();
  reader.skipNewlines(newlines);
  return { kind: 'parentheses', inner, open, close, range: reader.from(open.start) };
}

/** `"[" [ Expression { "," Expression } [ "," ] ] "]"`, or a `for`; line breaks inside do not count. */
export function parseTuple(reader: TokenReader): Expression {
  const open = reader.take();
  const newlines = reader.skipNewlines(true);
  const result = reader.atWord('for') ? parseFor(reader, open, false) : parseItems(reader, open);
  reader.skipNewlines(newlines);
  return result;
}

function parseItems(reader: TokenReader, open: Range): Tuple {
  const items: Expression[] = [];
  while (reader.kind !== TokenKind.closeBracket) {
    items.push(reader.expression());
    if (!endTupleItem(reader, open)) break;
  }
  const close = reader.kind === TokenKind.closeBracket ? reader.take() : reader.gap();
  return { kind: 'tuple', items, open, close, range: reader.from(open.start) };
}

/** Reads to the next item or the closing bracket. False when neither is there. */
function endTupleItem(reader: TokenReader, open: Range): boolean {
  if (!reader.recovering) {
    if (reader.kind === TokenKind.closeBracket || reader.accept(TokenKind.comma)) return true;
    const unclosed = reader.kind === TokenKind.endOfFile || atNextItem(reader, open.start);
    const problem = unclosed
      ? messages.unclosedTuple(open)
      : messages.missingItemSeparator(reader.here(), over(open, reader.here()), reader);
    reader.fail(problem);
  }
  skipInside(reader, TokenKind.closeBracket, open, [TokenKind.comma]);
  if (!reader.recovering) reader.accept(TokenKind.comma);
  return !reader.recovering;
}

/** `"{" [ Item { ("," | newline) Item } ] "}"`, or a `for`; here line breaks separate items. */
export function parseObject(reader: TokenReader): Expression {
  const open = reader.take();
  const newlines = reader.skipNewlines(true);
  const isFor = reader.atWord('for');
  reader.skipNewlines(isFor);
  const result = isFor ? parseFor(reader, open, true) : parseObjectItems(reader, open);
  reader.skipNewlines(newlines);
  return result;
}

function parseObjectItems(reader: TokenReader, open: Range): ObjectConstructor {
  const items: ObjectItem[] = [];
  for (;;) {
    while (reader.kind === TokenKind.newline) reader.advance();
    if (reader.kind === TokenKind.closeBrace) break;
    if (endsObject(reader, open)) {
      reader.fail(messages.unclosedObject(open));
      break;
    }
    const item = parseObjectItem(reader, open);
    if (item !== undefined) items.push(item);
    if (!endObjectItem(reader, open)) break;
  }
  const close = reader.kind === TokenKind.closeBrace ? reader.take() : reader.gap();
  return { kind: 'object', items, open, close, range: reader.from(open.start) };
}

/** What cannot stand in an object: the file's end, or the header of a block with labels. */
function endsObject(reader: TokenReader, open: Range): boolean {
  if (reader.kind === TokenKind.endOfFile) return true;
  const after = reader.kindAfter();
  return (
    (after === TokenKind.openQuote || after === TokenKind.openBrace) &&
    atNextItem(reader, open.start)
  );
}

/** `Expression ("=" | ":") Expression` */
function parseObjectItem(reader: TokenReader, open: Range): ObjectItem | undefined {
  const key = objectKey(reader.expression());
  if (reader.recovering) return undefined;
  const { kind } = reader;
  if (kind !== TokenKind.equal && kind !== TokenKind.colon) {
    const problem =
      kind === TokenKind.endOfFile
        ? messages.unclosedObject(open)
        : messages.missingObjectSeparator(reader, over(open, reader.here()));
    const isArrow = kind === TokenKind.fatArrow || kind === TokenKind.equalEqual;
    if (!isArrow) {
      reader.fail(problem);
      return undefined;
    }
    reader.complain(problem);
  }
  const separator = reader.take();
  return { key, value: reader.expression(), separator };
}

/** `{ true = 1 }` names the attribute `true`: a bare word is a name whatever it means elsewhere. */
function objectKey(key: Expression): Expression {
  if (key.kind !== 'literal') return key;
  return { kind: 'variable', name: String(key.value), range: key.range };
}

/** Reads to the next item or the closing brace. False when neither is there. */
function endObjectItem(reader: TokenReader, open: Range): boolean {
  const { kind } = reader;
  if (!reader.recovering) {
    if (kind === TokenKind.closeBrace) return true;
    if (kind === TokenKind.comma || kind === TokenKind.newline || kind === TokenKind.semicolon) {
      reader.advance();
      return true;
    }
    const problem =
      kind === TokenKind.endOfFile
        ? messages.unclosedObject(open)
        : messages.missingObjectItemSeparator(reader, over(open, reader.here()));
    reader.fail(problem);
  }
  skipInside(reader, TokenKind.closeBrace, open, [TokenKind.comma, TokenKind.newline]);
  if (!reader.recovering && reader.kind !== TokenKind.closeBrace) reader.advance();
  return !reader.recovering;
}
