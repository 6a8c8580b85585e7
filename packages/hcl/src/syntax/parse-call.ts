import { over, type Range } from '../range.ts';
import type { Expression, FunctionCall, Identifier } from './ast.ts';
import * as messages from './messages.ts';
import { atNextItem, skipInside } from './recovery.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** `Name { "::" Name } "(" [ Expression { "," Expression } [ "," | "..." ] ] ")"` after the first name. */
export function parseCall(reader: TokenReader, first: Identifier): Expression {
  const name = parseNamespaces(reader, first);
  if (reader.recovering) return reader.invalid(name.range);
  const open = reader.take();
  const newlines = reader.skipNewlines(true);
  const items: Expression[] = [];
  let expand: Range | undefined;
  while (reader.kind !== TokenKind.closeParen && expand === undefined) {
    items.push(reader.expression());
    if (reader.kind === TokenKind.ellipsis && !reader.recovering) expand = reader.take();
    if (!endArgument(reader, name, open, expand)) break;
  }
  const close = reader.kind === TokenKind.closeParen ? reader.take() : reader.gap();
  reader.skipNewlines(newlines);
  const range = reader.from(first.range.start);
  const call: FunctionCall = { kind: 'call', name, arguments: items, open, close, range };
  return expand === undefined ? call : { ...call, expand };
}

/** Reads to the next argument or the closing parenthesis. False when neither is there. */
function endArgument(
  reader: TokenReader,
  name: Identifier,
  open: Range,
  expand: Range | undefined,
): boolean {
  const { kind } = reader;
  if (!reader.recovering) {
    if (kind === TokenKind.closeParen) return true;
    if (kind === TokenKind.comma && expand === undefined) {
      reader.advance();
      return true;
    }
    reader.fail(problemAfterArgument(reader, name, open, expand));
  }
  const separators = expand === undefined ? [TokenKind.comma] : [];
  skipInside(reader, TokenKind.closeParen, open, separators);
  if (!reader.recovering) reader.accept(TokenKind.comma);
  return !reader.recovering;
}

function problemAfterArgument(
  reader: TokenReader,
  name: Identifier,
  open: Range,
  expand: Range | undefined,
): messages.Problem {
  const header = over(name.range, open);
  if (reader.kind === TokenKind.endOfFile || atNextItem(reader, open.start)) {
    return messages.unclosedCall(header, name.name);
  }
  const context = over(header, reader.here());
  if (expand !== undefined) return messages.argumentAfterExpansion(expand, context);
  return messages.missingArgumentSeparator(reader.here(), context, reader.text);
}

/** `provider::name`: one identifier, as the function table knows it. */
function parseNamespaces(reader: TokenReader, first: Identifier): Identifier {
  let name = first;
  while (reader.kind === TokenKind.doubleColon) {
    reader.advance();
    if (!reader.at(TokenKind.identifier)) {
      reader.fail(messages.missingFunctionName(reader.here(), name.range));
      return name;
    }
    const next = reader.identifier();
    const range = over(name.range, next.range);
    name = { kind: 'identifier', name: `${name.name}::${next.name}`, range };
  }
  if (reader.kind !== TokenKind.openParen) {
    reader.fail(messages.missingOpenParenthesis(reader.here(), name));
  }
  return name;
}
