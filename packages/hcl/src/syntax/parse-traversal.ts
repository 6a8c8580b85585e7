import { over, type Range, rangeOf } from '../range.ts';
import type { Expression, GetAttribute, GetIndex } from './ast.ts';
import * as messages from './messages.ts';
import { skipInside } from './recovery.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Longer chains are refused, so that no walk over a tree can exhaust the stack. */
const maximumChain = 1000;

/** `{ "." Name | "." Number | "." "*" {...} | "[" Expression "]" | "[" "*" "]" {...} }` after a term. */
export function parseTraversals(reader: TokenReader, from: Expression): Expression {
  let object = from;
  for (let length = 0; !reader.recovering; length += 1) {
    const isDot = reader.kind === TokenKind.dot;
    if (!isDot && reader.kind !== TokenKind.openBracket) return object;
    if (length === maximumChain) reader.fail(messages.chainTooLong(reader.here()));
    else object = isDot ? parseDot(reader, object) : parseBracket(reader, object);
  }
  return object;
}

function parseDot(reader: TokenReader, object: Expression): Expression {
  const dot = reader.take();
  switch (reader.kind) {
    case TokenKind.identifier:
      return getAttribute(reader, object, dot);
    case TokenKind.number:
      return getLegacyIndex(reader, object, dot);
    case TokenKind.star:
      return parseAttributeSplat(reader, object, dot);
    default:
      return missingName(reader, object, dot);
  }
}

function getAttribute(reader: TokenReader, object: Expression, dot: Range): GetAttribute {
  const name = reader.identifier();
  return { kind: 'get-attribute', object, name, dot, range: over(object.range, name.range) };
}

/** `list.0`. Two in a row, `list.0.1`, lex as one number with a dot, which HCL refuses. */
function getLegacyIndex(reader: TokenReader, collection: Expression, dot: Range): Expression {
  const text = reader.text;
  const keyRange = reader.take();
  const range = over(collection.range, keyRange);
  if (text.includes('.')) {
    reader.complain(messages.chainedLegacyIndex(keyRange, text));
    return { kind: 'invalid', range };
  }
  const close = rangeOf(reader.source, keyRange.end, keyRange.end);
  const key: Expression = { kind: 'number', text, range: keyRange };
  return { kind: 'get-index', collection, key, legacy: true, open: dot, close, range };
}

function missingName(reader: TokenReader, object: Expression, dot: Range): Expression {
  reader.fail(messages.missingAttributeName(dot, reader));
  // The tree keeps what stands before the dot: an editor completes from it.
  const name = { kind: 'identifier', name: '', range: reader.gap() } as const;
  return { kind: 'get-attribute', object, name, dot, range: over(object.range, dot) };
}

/** `list.*.a.b`: takes names and legacy indices only; a bracket after it applies to the result. */
function parseAttributeSplat(reader: TokenReader, collection: Expression, dot: Range): Expression {
  const marker = over(dot, reader.take());
  let each: Expression = { kind: 'splat-item', range: marker };
  while (reader.kind === TokenKind.dot && !reader.recovering) {
    const next = reader.take();
    if (reader.at(TokenKind.identifier)) each = getAttribute(reader, each, next);
    else if (reader.at(TokenKind.number)) each = getLegacyIndex(reader, each, next);
    else if (reader.at(TokenKind.star)) reader.fail(messages.nestedSplat(reader.here()));
    else each = missingName(reader, each, next);
  }
  const range = over(collection.range, each.range);
  return { kind: 'splat', style: 'attribute', collection, each, marker, range };
}

function parseBracket(reader: TokenReader, collection: Expression): Expression {
  const open = reader.take();
  return reader.kind === TokenKind.star
    ? parseFullSplat(reader, collection, open)
    : parseIndex(reader, collection, open);
}

/** `list[*].a[0]`: all traversals that follow are done to each element. */
function parseFullSplat(reader: TokenReader, collection: Expression, open: Range): Expression {
  reader.advance();
  if (reader.kind !== TokenKind.closeBracket) {
    reader.fail(messages.unclosedSplat(reader.here()));
    skipInside(reader, TokenKind.closeBracket, open);
  }
  if (!reader.recovering) reader.accept(TokenKind.closeBracket);
  const marker = reader.from(open.start);
  const each = parseTraversals(reader, { kind: 'splat-item', range: marker });
  const range = over(collection.range, each.range);
  return { kind: 'splat', style: 'full', collection, each, marker, range };
}

function parseIndex(reader: TokenReader, collection: Expression, open: Range): GetIndex {
  const newlines = reader.skipNewlines(true);
  const key = reader.expression();
  if (reader.kind !== TokenKind.closeBracket) {
    reader.fail(messages.unclosedIndex(open, reader));
    skipInside(reader, TokenKind.closeBracket, open);
  } else if (reader.recovering) reader.recovering = false;
  const close = reader.recovering ? reader.gap() : reader.take();
  reader.skipNewlines(newlines);
  const range = reader.from(collection.range.start);
  return { kind: 'get-index', collection, key, legacy: false, open, close, range };
}
