import { type Range, rangeOf } from '../range.ts';
import type { Template, TemplatePart } from './ast.ts';
import * as messages from './messages.ts';
import { nestParts } from './nest-parts.ts';
import { parseSequence, type SequencePiece } from './parse-sequence.ts';
import {
  joinText,
  plainValue,
  quotedValue,
  removeIndentation,
  strip,
  type TextPiece,
} from './template-text.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** `'"' { text | "${" ... "}" | "%{" ... "}" } '"'` */
export function parseQuoted(reader: TokenReader): Template {
  const { start } = reader;
  reader.advance();
  const parts = parseQuotedParts(reader);
  const closeStart = reader.kind === TokenKind.closeQuote ? reader.start : reader.previousEnd;
  skipClose(reader, TokenKind.closeQuote);
  return new QuotedTemplate(parts, reader.from(start), closeStart);
}

/**
 * Strings are the most frequent expressions, and hardly anybody asks for the ranges of their quotes: those
 * are made when asked for.
 */
class QuotedTemplate implements Template {
  readonly kind = 'template';
  readonly form = 'quoted';
  readonly parts: readonly TemplatePart[];
  readonly range: Range;
  readonly closeStart: number;

  constructor(parts: readonly TemplatePart[], range: Range, closeStart: number) {
    this.parts = parts;
    this.range = range;
    this.closeStart = closeStart;
  }

  get open(): Range {
    const { source, start } = this.range;
    return rangeOf(source, start, start + 1);
  }

  get close(): Range {
    const { source, end } = this.range;
    return rangeOf(source, Math.min(this.closeStart, end), end);
  }
}

/** Most strings are empty or plain text: those take the short way. */
function parseQuotedParts(reader: TokenReader): readonly TemplatePart[] {
  if (reader.kind === TokenKind.closeQuote) return [];
  if (reader.kind === TokenKind.quotedText && reader.kindAfter() === TokenKind.closeQuote) {
    const value = reader.text;
    return [{ kind: 'template-text', value, range: reader.take() }];
  }
  return parseParts(reader, TokenKind.closeQuote, false);
}

/** `"<<" [ "-" ] Marker newline { text | sequence } Marker` */
export function parseHeredoc(reader: TokenReader): Template {
  const header = reader.text;
  const flush = header.startsWith('<<-');
  const marker = header.slice(flush ? 3 : 2).trimEnd();
  const open = reader.take();
  const parts = parseParts(reader, TokenKind.closeHeredoc, flush);
  const close = takeClose(reader, TokenKind.closeHeredoc);
  const range = reader.from(open.start);
  return {
    kind: 'template',
    form: 'heredoc',
    parts,
    open,
    close,
    heredoc: { marker, flush },
    range,
  };
}

/** A template file as a whole. */
export function parseBareTemplate(reader: TokenReader): Template {
  const parts = parseParts(reader, TokenKind.endOfFile, false);
  const { source } = reader;
  const { length } = source.text;
  const open = rangeOf(source, 0, 0);
  const close = rangeOf(source, length, length);
  return { kind: 'template', form: 'bare', parts, open, close, range: rangeOf(source, 0, length) };
}

/** Reads the closing delimiter. The lexer always puts one, if need be an empty one, and has reported that. */
function takeClose(reader: TokenReader, kind: TokenKind): Range {
  const range =
    reader.kind === kind ? rangeOf(reader.source, reader.start, reader.end) : reader.gap();
  skipClose(reader, kind);
  return range;
}

function skipClose(reader: TokenReader, kind: TokenKind): void {
  if (reader.kind !== kind) return;
  // A mistake inside a template says nothing about what stands after it.
  reader.recovering = false;
  reader.advance();
}

function parseParts(reader: TokenReader, end: TokenKind, flush: boolean): TemplatePart[] {
  const pieces = parsePieces(reader, end);
  if (flush) removeIndentation(pieces);
  const isQuoted = end === TokenKind.closeQuote;
  return nestParts(reader, isQuoted ? pieces : joinText<SequencePiece>(pieces));
}

/** The text and sequences up to the closing delimiter, in a row, white space stripped as the markers say. */
function parsePieces(reader: TokenReader, end: TokenKind): (TextPiece | SequencePiece)[] {
  const pieces: (TextPiece | SequencePiece)[] = [];
  while (reader.kind !== end) {
    const piece = parsePiece(reader);
    if (piece === undefined) {
      reader.fail(messages.unclosedTemplate(reader.here()));
      break;
    }
    stripBetween(pieces.at(-1), piece);
    pieces.push(piece);
  }
  return pieces;
}

function parsePiece(reader: TokenReader): TextPiece | SequencePiece | undefined {
  switch (reader.kind) {
    case TokenKind.quotedText:
    case TokenKind.escapedText:
    case TokenKind.plainText:
      return parseText(reader);
    case TokenKind.openInterpolation:
    case TokenKind.openDirective:
      return parseSequence(reader);
    default:
      return undefined;
  }
}

/** Strip markers reach the piece of text right beside them and no further (HCL's rule). */
function stripBetween(
  left: TextPiece | SequencePiece | undefined,
  right: TextPiece | SequencePiece,
): void {
  if (left === undefined) return;
  if (right.kind === 'text') {
    if (left.kind !== 'text' && left.sequence.stripRight) strip(right, 'start');
  } else if (left.kind === 'text' && right.sequence.stripLeft) strip(left, 'end');
}

function parseText(reader: TokenReader): TextPiece {
  const { start, end } = reader;
  const value = reader.kind === TokenKind.plainText ? plainValue(reader) : quotedValue(reader);
  reader.advance();
  return { kind: 'text', value, start, end };
}
