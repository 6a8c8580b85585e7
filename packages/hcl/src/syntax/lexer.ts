import type { Diagnostic } from '../diagnostic.ts';
import { type Range, rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import type { Comment } from './ast.ts';
import { Code, identifierEnd, isDigit } from './characters.ts';
import { foreignText } from './foreign-text.ts';
import { heredocHeader, heredocLineEnds, textEnd, unclosedHeredocEnd } from './heredoc.ts';
import * as messages from './messages.ts';
import { isLeftOpen, startsItem } from './recovery-hints.ts';
import { kindOfSymbol, Lead, leads, soloKinds } from './symbols.ts';
import { TokenKind, type TokenList, TokenListBuilder } from './token.ts';

/** A text taken apart. */
export interface Lexed {
  readonly source: Source;
  readonly tokens: TokenList;
  /** In source order. They are not tokens: nothing in the grammar depends on one. */
  readonly comments: readonly Comment[];
  /** Mistakes that show in single tokens, in the order met. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Takes a text apart. Never fails: what means nothing becomes a token of its own and a diagnostic.
 * `mode` says whether the text is a configuration (or an expression), or a template file. `tokens` may be a
 * list to write over.
 */
export function lex(
  source: Source,
  mode: 'code' | 'template',
  tokens: TokenListBuilder = new TokenListBuilder(),
): Lexed {
  tokens.truncate(0);
  const lexer = new Lexer(source, tokens);
  if (mode === 'code') lexer.file();
  else lexer.templateFile();
  return { source, tokens: lexer.tokens, comments: lexer.comments, problems: lexer.problems };
}

/** How deep templates may stand in one another's sequences; beyond it text is read as plain text. */
const maximumNesting = 200;

/** Text is read a second time so often at most, lest broken text of some kinds take for ever. */
const maximumRewinds = 50;

/** How much had been found at some place. */
interface Mark {
  readonly tokens: number;
  readonly comments: number;
  readonly problems: number;
}

class Lexer {
  readonly tokens: TokenListBuilder;
  readonly comments: Comment[] = [];
  readonly problems: Diagnostic[] = [];
  readonly #source: Source;
  readonly #text: string;
  readonly #hasCarriageReturn: boolean;
  #at = 0;
  #nesting = 0;
  #rewinds = 0;
  /** Set when the rest of the text was left out: what lacks at its end says nothing. */
  #hasGivenUp = false;
  /** Open braces of the present sequence, or of the text outside any. */
  #braces = 0;
  /** Set when a quote turned out to end a template further out: everything inside returns at once. */
  #unwinding = false;

  constructor(source: Source, tokens: TokenListBuilder) {
    this.#source = source;
    this.#text = source.text;
    this.#hasCarriageReturn = source.text.includes('\r');
    this.tokens = tokens;
  }

  file(): void {
    if (this.#text.charCodeAt(0) === Code.byteOrderMark) this.#at = 1;
    this.#code(false, false);
    this.#end();
  }

  templateFile(): void {
    if (this.#text.charCodeAt(0) === Code.byteOrderMark) this.#at = 1;
    while (this.#at < this.#text.length) this.#plainLine(false);
    this.#end();
  }

  #end(): void {
    this.tokens.push(TokenKind.endOfFile, this.#text.length, this.#text.length);
  }

  /**
   * Reads up to the end of the text, or in a sequence up to its closing brace. `quoted` tells whether
   * the sequence stands in a quoted template.
   */
  #code(inSequence: boolean, quoted: boolean): void {
    const text = this.#text;
    const outerBraces = this.#braces;
    this.#braces = 0;
    let ended = false;
    while (!ended && this.#at < text.length && !this.#unwinding) {
      const start = this.#at;
      const code = text.charCodeAt(start);
      const lead = code < 128 ? (leads[code] as number) : Lead.other;
      switch (lead) {
        case Lead.space:
          this.#at = spacesEnd(text, start);
          break;
        case Lead.name:
          this.#push(TokenKind.identifier, identifierEnd(text, start));
          break;
        case Lead.digit:
          this.#push(TokenKind.number, numberEnd(text, start));
          break;
        case Lead.other:
          if (closesBrace(text, start, code)) ended = this.#closeBrace(start, code, inSequence);
          else this.#other(code, start, quoted);
          break;
        default:
          this.#self(lead as TokenKind, start, quoted);
      }
    }
    this.#braces = outerBraces;
  }

  #self(kind: TokenKind, start: number, quoted: boolean): void {
    this.#push(kind, start + 1);
    if (kind === TokenKind.openBrace) this.#braces += 1;
    else if (kind === TokenKind.newline && quoted && this.#braces === 0) this.#newLine(start);
  }

  /** `}`, or the `~}` that always belongs to a sequence, if only a missing one. True at a sequence's end. */
  #closeBrace(start: number, code: number, inSequence: boolean): boolean {
    const ends = inSequence && this.#braces === 0;
    if (code === Code.tilde) this.#push(TokenKind.closeSequence, start + 2);
    else this.#push(ends ? TokenKind.closeSequence : TokenKind.closeBrace, start + 1);
    if (this.#braces > 0) this.#braces -= 1;
    return ends;
  }

  /** Everything that one look-up could not tell. */
  #other(code: number, start: number, quoted: boolean): void {
    if (code === Code.quote) this.#quoted(start, quoted);
    else if (code === Code.hash) this.#lineComment(start);
    else if (code === Code.slash) this.#slash(start);
    else {
      const end = code > 127 ? identifierEnd(this.#text, start) : start;
      if (end > start) this.#push(TokenKind.identifier, end);
      else this.#symbol(code, start);
    }
  }

  #symbol(code: number, start: number): void {
    const text = this.#text;
    const kind = kindOfSymbol(code, text.charCodeAt(start + 1));
    if (code === Code.dot && text.startsWith('...', start)) {
      this.#push(TokenKind.ellipsis, start + 3);
    } else if (code === Code.less && text.startsWith('<<', start) && text[start + 2] !== '<') {
      const header = heredocHeader(text, start);
      if (header === undefined) this.#foreign(start);
      else this.#heredoc(start, header.end, header.marker);
    } else if (kind === 0) this.#foreign(start);
    else this.#push(kind, start + (kind === soloKinds[code] ? 1 : 2));
  }

  /** Text that HCL has no use for: reported here, so that the parser need not. */
  #foreign(start: number): void {
    const found = foreignText(this.#source, start);
    if (found.problem !== undefined) this.problems.push(found.problem);
    this.#push(found.kind, found.end);
  }

  #lineComment(start: number): void {
    const text = this.#text;
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    else if (text.charCodeAt(end - 1) === Code.carriageReturn) end -= 1;
    this.#comment('line', start, end);
  }

  #slash(start: number): void {
    const next = this.#text.charCodeAt(start + 1);
    if (next === Code.slash) this.#lineComment(start);
    else if (next === Code.star) this.#blockComment(start);
    else this.#push(TokenKind.slash, start + 1);
  }

  #blockComment(start: number): void {
    const close = this.#text.indexOf('*/', start + 2);
    if (close === -1) this.#report(messages.unclosedComment(this.#range(start, start + 2)));
    this.#comment('block', start, close === -1 ? this.#text.length : close + 2);
  }

  #comment(style: Comment['style'], start: number, end: number): void {
    this.comments.push({ kind: 'comment', style, range: this.#range(start, end) });
    this.#at = end;
  }

  /** `"` text and sequences `"`; `inQuoted` tells whether another quoted template is around it. */
  #quoted(start: number, inQuoted: boolean): void {
    const text = this.#text;
    const mark = inQuoted && this.#rewinds < maximumRewinds ? this.#mark() : undefined;
    this.#push(TokenKind.openQuote, start + 1);
    this.#quotedText(this.#at);
    while (this.#hasSequence()) {
      this.#sequence(this.#at, text.charCodeAt(this.#at), true);
      if (this.#unwinding) {
        this.#unwinding = false;
        return;
      }
      this.#quotedText(this.#at);
    }
    if (text.charCodeAt(this.#at) === Code.quote) this.#push(TokenKind.closeQuote, this.#at + 1);
    else if (mark !== undefined && !this.#hasGivenUp) this.#closeOuter(mark, start);
    else this.#lineBreakInQuotes(start);
  }

  /** Takes text up to what ends it; the characters before `from` are known to be text. */
  #quotedText(from: number): void {
    const plainEnd = verbatimEnd(this.#text, from);
    const end = quotedTextEnd(this.#text, plainEnd);
    const kind = end === plainEnd ? TokenKind.quotedText : TokenKind.escapedText;
    if (end > this.#at) this.#push(kind, end);
  }

  #hasSequence(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    return code === Code.dollar || code === Code.percent;
  }

  /** Reports a line break in a quoted template, and reads on when its end is further down. */
  #lineBreakInQuotes(quote: number): void {
    const at = this.#at;
    const text = this.#text;
    const goesOn = !isLeftOpen(text, at);
    const problem = goesOn ? messages.multiLineString : messages.unclosedQuote;
    this.#report(problem(this.#range(quote, at)));
    while (goesOn && this.#at < text.length && text.charCodeAt(this.#at) !== Code.quote) {
      if (this.#hasSequence()) this.#sequence(this.#at, text.charCodeAt(this.#at), true);
      else this.#quotedText(this.#at + 1);
    }
    this.#unwinding = false;
    this.#push(TokenKind.closeQuote, goesOn ? Math.min(this.#at + 1, text.length) : at);
  }

  /** A quote inside a sequence that has no partner on its line: it ends the template around it. */
  #closeOuter(mark: Mark, quote: number): void {
    this.#rewind(mark);
    this.#at = quote;
    this.#push(TokenKind.closeQuote, quote + 1);
    this.#unwinding = true;
  }

  /** A sequence of a quoted template that goes on into what must be an argument was not closed. */
  #newLine(lineEnd: number): void {
    if (!startsItem(this.#text, lineEnd + 1)) return;
    this.tokens.truncate(this.tokens.count - 1);
    this.#at = lineEnd;
    this.#push(TokenKind.closeQuote, lineEnd);
    this.#unwinding = true;
  }

  /** `${` or `%{` up to its closing brace. */
  #sequence(start: number, code: number, quoted: boolean): void {
    const strip = this.#text.charCodeAt(start + 2) === Code.tilde;
    this.#at = start;
    this.#push(
      code === Code.dollar ? TokenKind.openInterpolation : TokenKind.openDirective,
      start + (strip ? 3 : 2),
    );
    this.#nesting += 1;
    if (this.#nesting < maximumNesting) this.#code(true, quoted);
    else this.#tooDeep(start);
    this.#nesting -= 1;
  }

  #tooDeep(start: number): void {
    this.#report(messages.nestedTooDeeply(this.#range(start, start + 2)));
    this.#at = this.#text.length;
    this.#hasGivenUp = true;
  }

  #heredoc(start: number, bodyStart: number, marker: string): void {
    this.#push(TokenKind.openHeredoc, bodyStart);
    const mark = this.#mark();
    const text = this.#text;
    while (this.#at < text.length) {
      const close = heredocLineEnds(text, this.#at, marker);
      if (close !== -1) {
        this.#push(TokenKind.closeHeredoc, close);
        return;
      }
      this.#plainLine(true);
    }
    if (this.#hasGivenUp) {
      this.#push(TokenKind.closeHeredoc, text.length);
      return;
    }
    // The rest of the file went into it. Read it again, up to where it probably should have ended.
    this.#rewind(mark);
    const end =
      this.#rewinds > maximumRewinds
        ? textEnd(text)
        : unclosedHeredocEnd(text, start, bodyStart, marker);
    this.#report(messages.unclosedHeredoc(this.#range(start, bodyStart), marker, end.found));
    this.#at = bodyStart;
    if (end.textEnd > bodyStart) this.#push(TokenKind.plainText, end.textEnd);
    this.#push(TokenKind.closeHeredoc, end.markerEnd);
  }

  /** One line of a heredoc or template file, with its line break, taken apart at its sequences. */
  #plainLine(inHeredoc: boolean): void {
    const text = this.#text;
    for (;;) {
      const end = plainTextEnd(text, this.#at);
      const hasText = end > this.#at;
      if (inHeredoc && this.#hasCarriageReturn) this.#checkCarriageReturns(this.#at, end);
      if (hasText) this.#push(TokenKind.plainText, end);
      const isLine = hasText && text.charCodeAt(end - 1) === Code.newline;
      if (isLine || end >= text.length) return;
      if (this.#hasSequence()) this.#sequence(end, text.charCodeAt(end), false);
    }
  }

  /** HCL takes a carriage return in a heredoc only as part of a line break. */
  #checkCarriageReturns(start: number, end: number): void {
    const text = this.#text;
    for (let at = start; at < end; at += 1) {
      if (text.charCodeAt(at) !== Code.carriageReturn) continue;
      if (text.charCodeAt(at + 1) === Code.newline) continue;
      this.#report(messages.loneCarriageReturn(this.#range(at, at + 1)));
    }
  }

  #mark(): Mark {
    return {
      tokens: this.tokens.count,
      comments: this.comments.length,
      problems: this.problems.length,
    };
  }

  /** Forgets what was found since, so that the text can be read in another way. */
  #rewind({ tokens, comments, problems }: Mark): void {
    this.#rewinds += 1;
    this.tokens.truncate(tokens);
    this.comments.length = comments;
    this.problems.length = problems;
  }

  #push(kind: TokenKind, end: number): void {
    this.tokens.push(kind, this.#at, end);
    this.#at = end;
  }

  #report(problem: messages.Problem): void {
    if (!this.#hasGivenUp) this.problems.push({ severity: 'error', ...problem });
  }

  #range(start: number, end: number): Range {
    return rangeOf(this.#source, start, end);
  }
}

function spacesEnd(text: string, start: number): number {
  let end = start + 1;
  while (text.charCodeAt(end) === Code.space) end += 1;
  return end;
}

function closesBrace(text: string, start: number, code: number): boolean {
  if (code === Code.closeBrace) return true;
  return code === Code.tilde && text.charCodeAt(start + 1) === Code.closeBrace;
}

/** 1 for the characters that may end the text of a quoted template, 2 for those that do in any case. */
const quotedStops = new Uint8Array(128);
quotedStops[Code.quote] = 2;
quotedStops[Code.newline] = 2;
quotedStops[Code.carriageReturn] = 2;
quotedStops[Code.backslash] = 1;
quotedStops[Code.dollar] = 1;
quotedStops[Code.percent] = 1;

/** End of the text that can only be text. */
function verbatimEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < 128 && quotedStops[code] !== 0) return at;
    at += 1;
  }
  return at;
}

function quotedTextEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const stop = code < 128 ? quotedStops[code] : 0;
    if (stop === 2) return at;
    if (stop !== 1) at += 1;
    else if (code === Code.backslash) at += isLineBreak(text.charCodeAt(at + 1)) ? 1 : 2;
    else if (text.charCodeAt(at + 1) === Code.openBrace) return at;
    else at = afterMarker(text, at, code);
  }
  return text.length;
}

/**
 * End of the heredoc text at `start`: after the line break, or before a sequence. Where a `$` or `%` is
 * the last but one character of the line, HCL makes the line break a piece of its own; that decides how
 * far a strip marker on the next line reaches.
 */
function plainTextEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === Code.newline) return at + 1;
    if (code !== Code.dollar && code !== Code.percent) at += 1;
    else if (text.charCodeAt(at + 1) === Code.openBrace) return at;
    else if (endsLineAfterNext(text, at)) return at + 2;
    else at = afterMarker(text, at, code);
  }
  return text.length;
}

function endsLineAfterNext(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (next === Code.newline) return false;
  const after = text.charCodeAt(at + 2);
  if (after === Code.newline) return true;
  return after === Code.carriageReturn && text.charCodeAt(at + 3) === Code.newline;
}

function isLineBreak(code: number): boolean {
  return code === Code.newline || code === Code.carriageReturn;
}

/** Where to go on after a `$` or `%` that opens no sequence: `$${` is text as a whole. */
function afterMarker(text: string, at: number, code: number): number {
  const isEscape = text.charCodeAt(at + 1) === code && text.charCodeAt(at + 2) === Code.openBrace;
  return isEscape ? at + 3 : at + 1;
}

/**
 * End of the number that starts at `start`. As in HCL it takes digits, dots and exponents in any order,
 * so that `1.2.3` is one (wrong) number; but never a dot at its end.
 */
function numberEnd(text: string, start: number): number {
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end += 1;
  const code = text.charCodeAt(end) | 0x20;
  if (code !== Code.lowerE && text.charCodeAt(end) !== Code.dot) return end;
  numberTail.lastIndex = end;
  return numberTail.test(text) ? numberTail.lastIndex : end;
}

const numberTail = /(?:\d|\.|[eE][+-]?\d)*(?:\d|[eE][+-]?\d)/y;
