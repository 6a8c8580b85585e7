import { over, type Range } from '../range.ts';
import type { Expression, Sequence } from './ast.ts';
import * as messages from './messages.ts';
import { type ForHeader, parseForHeader } from './parse-for.ts';
import { skipInside } from './recovery.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** One `${...}` or `%{...}`; directives are not yet nested. */
export interface SequencePiece {
  readonly kind: 'sequence';
  readonly content: Content;
  readonly sequence: Sequence;
}

/** What stands between the braces; `broken` when it could not be read. */
export type Content =
  | { readonly kind: 'interpolation'; readonly value: Expression }
  | { readonly kind: 'if'; readonly condition: Expression }
  | { readonly kind: 'for'; readonly header: ForHeader }
  | { readonly kind: 'else' | 'endif' | 'endfor' | 'broken' };

/** `"${" Expression "}"` or `"%{" Directive "}"`; line breaks inside do not count. */
export function parseSequence(reader: TokenReader): SequencePiece {
  const isInterpolation = reader.kind === TokenKind.openInterpolation;
  const stripLeft = reader.end - reader.start === 3;
  const open = reader.take();
  const newlines = reader.skipNewlines(true);
  const content = isInterpolation ? parseInterpolation(reader) : parseDirective(reader, open);
  if (!reader.recovering && reader.kind !== TokenKind.closeSequence) {
    reader.fail(problemAfter(reader, open, content.kind));
  }
  if (reader.recovering) skipInside(reader, TokenKind.closeSequence, open);
  const isClosed = reader.kind === TokenKind.closeSequence;
  const stripRight = isClosed && reader.end - reader.start === 2;
  const close = isClosed ? reader.take() : reader.gap();
  reader.skipNewlines(newlines);
  return { kind: 'sequence', content, sequence: { open, close, stripLeft, stripRight } };
}

function parseInterpolation(reader: TokenReader): Content {
  return { kind: 'interpolation', value: reader.expression() };
}

function problemAfter(reader: TokenReader, open: Range, kind: Content['kind']): messages.Problem {
  switch (reader.kind) {
    case TokenKind.endOfFile:
    case TokenKind.openQuote:
    case TokenKind.closeQuote:
    case TokenKind.closeHeredoc:
      return messages.unclosedSequence(open);
    default:
      if (kind === 'interpolation') return messages.extraInInterpolation(reader, open);
      return messages.extraInDirective(reader, kind);
  }
}

function parseDirective(reader: TokenReader, open: Range): Content {
  const word = reader.kind === TokenKind.identifier ? reader.text : '';
  switch (word) {
    case 'if':
      reader.advance();
      return { kind: 'if', condition: reader.expression() };
    case 'for': {
      reader.advance();
      const header = parseForHeader(reader, 'directive');
      return header === undefined ? { kind: 'broken' } : { kind: 'for', header };
    }
    case 'else':
    case 'endif':
    case 'endfor':
      reader.advance();
      return { kind: word };
    default: {
      const context = over(open, reader.here());
      if (word === '') reader.fail(messages.missingDirective(reader.here(), context));
      else reader.fail(messages.unknownDirective(reader.here(), word, context));
      return { kind: 'broken' };
    }
  }
}
