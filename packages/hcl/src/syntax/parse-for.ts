import { over, type Range } from '../range.ts';
import type { Expression, For, Identifier } from './ast.ts';
import * as messages from './messages.ts';
import { skipInside } from './recovery.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** The names, and the collection, of a `for`. */
export interface ForHeader {
  readonly keyName?: Identifier;
  readonly valueName: Identifier;
  readonly collection: Expression;
}

/**
 * `"for" Name [ "," Name ] "in" Expression ":" [ Expression "=>" ] Expression [ "..." ] [ "if" Expression ]`
 * and the closing bracket. The bracket before it has been read, the word `for` has not.
 */
export function parseFor(reader: TokenReader, open: Range, isObject: boolean): Expression {
  reader.advance();
  const closer = isObject ? TokenKind.closeBrace : TokenKind.closeBracket;
  const body = parseForHeader(reader, 'expression');
  const rest = body === undefined ? undefined : parseForBody(reader, isObject);
  if (!reader.recovering && reader.kind !== closer)
    reader.fail(messages.extraAfterFor(reader, open));
  if (reader.recovering) skipInside(reader, closer, open);
  const close = reader.kind === closer ? reader.take() : reader.gap();
  const range = reader.from(open.start);
  if (body === undefined || rest === undefined) return reader.invalid(range);
  return { kind: 'for', ...body, ...rest, open, close, range };
}

/** `Name [ "," Name ] "in" Expression`, which the `for` directive of templates has as well. */
export function parseForHeader(
  reader: TokenReader,
  where: 'expression' | 'directive',
): ForHeader | undefined {
  const first = parseForName(reader, where, 'after "for"');
  if (first === undefined) return undefined;
  let second: Identifier | undefined;
  if (reader.accept(TokenKind.comma)) {
    second = parseForName(reader, where, 'after the comma');
    if (second === undefined) return undefined;
  }
  if (!reader.atWord('in')) {
    reader.fail(messages.missingIn(reader.here(), where));
    return undefined;
  }
  reader.advance();
  const collection = reader.expression();
  return second === undefined
    ? { valueName: first, collection }
    : { keyName: first, valueName: second, collection };
}

function parseForName(
  reader: TokenReader,
  where: 'expression' | 'directive',
  place: string,
): Identifier | undefined {
  if (reader.kind === TokenKind.identifier) return reader.identifier();
  reader.fail(messages.missingForName(reader.here(), where, place));
  return undefined;
}

type ForBody = Pick<For, 'key' | 'value' | 'group' | 'condition'>;

function parseForBody(reader: TokenReader, isObject: boolean): ForBody | undefined {
  if (reader.recovering) return undefined;
  if (reader.kind !== TokenKind.colon) {
    reader.fail(messages.missingForColon(reader.here()));
    return undefined;
  }
  reader.advance();
  const first = reader.expression();
  const { key, value } = parseArrow(reader, first, isObject);
  const group = reader.at(TokenKind.ellipsis) ? reader.take() : undefined;
  if (group !== undefined && !isObject) reader.complain(messages.groupInTuple(group));
  let condition: Expression | undefined;
  if (!reader.recovering && reader.atWord('if')) {
    reader.advance();
    condition = reader.expression();
  }
  return {
    value,
    ...(key !== undefined && { key }),
    ...(group !== undefined && { group }),
    ...(condition !== undefined && { condition }),
  };
}

function parseArrow(
  reader: TokenReader,
  first: Expression,
  isObject: boolean,
): { readonly key?: Expression; readonly value: Expression } {
  if (reader.recovering) return { value: first };
  const isEqual = isObject && reader.kind === TokenKind.equal;
  if (isEqual) reader.complain(messages.equalInFor(reader.here()));
  if (reader.kind !== TokenKind.fatArrow && !isEqual) {
    if (isObject) reader.complain(messages.missingForKey(first.range));
    return { value: first };
  }
  const arrow = reader.take();
  if (!isObject) reader.complain(messages.keyInTuple(over(first.range, arrow)));
  return { key: first, value: reader.expression() };
}
