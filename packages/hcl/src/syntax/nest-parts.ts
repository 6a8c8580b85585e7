import { over, type Range, rangeOf } from '../range.ts';
import type { ForDirective, IfDirective, Sequence, TemplatePart } from './ast.ts';
import * as messages from './messages.ts';
import type { Content, SequencePiece } from './parse-sequence.ts';
import type { TextPiece } from './template-text.ts';
import type { TokenReader } from './token-reader.ts';

type Piece = TextPiece | SequencePiece;
type IfContent = Extract<Content, { kind: 'if' }>;
type ForContent = Extract<Content, { kind: 'for' }>;

/** Directives deeper than this are refused, as expressions are. */
const maximumDepth = 400;

/** Builds the tree of a template's parts: what stands between `%{if}` and `%{endif}` goes below it. */
export function nestParts(reader: TokenReader, pieces: readonly Piece[]): TemplatePart[] {
  return new Nesting(reader, pieces).parts();
}

class Nesting {
  readonly #reader: TokenReader;
  readonly #pieces: readonly Piece[];
  /** With a directive that could not be read, what is out of balance says nothing new. */
  readonly #isQuiet: boolean;
  #at = 0;
  #depth = 0;

  constructor(reader: TokenReader, pieces: readonly Piece[]) {
    this.#reader = reader;
    this.#pieces = pieces;
    this.#isQuiet = pieces.some((piece) => kindOf(piece) === 'broken');
  }

  parts(): TemplatePart[] {
    const parts: TemplatePart[] = [];
    while (this.#at < this.#pieces.length) {
      this.#collect(parts);
      const stray = this.#pieces[this.#at];
      if (stray === undefined) break;
      // Only a closing directive stops `#collect`, and out here it closes nothing.
      this.#at += 1;
      this.#complainAboutStray(stray);
    }
    return parts;
  }

  /** Adds parts up to the end, or to a directive that belongs to what is around it. */
  #collect(parts: TemplatePart[]): void {
    for (;;) {
      const piece = this.#pieces[this.#at];
      if (piece === undefined) return;
      if (piece.kind === 'text') parts.push(this.#text(piece));
      else if (isCloser(piece.content)) return;
      this.#at += 1;
      if (piece.kind === 'sequence') this.#add(parts, piece.content, piece.sequence);
    }
  }

  #add(parts: TemplatePart[], content: Content, sequence: Sequence): void {
    if (content.kind === 'interpolation') {
      const { value } = content;
      parts.push({ kind: 'interpolation', value, sequence, range: whole(sequence) });
    } else if (content.kind === 'if' || content.kind === 'for') {
      this.#nest(parts, content, sequence);
    }
  }

  #nest(parts: TemplatePart[], content: IfContent | ForContent, sequence: Sequence): void {
    if (this.#depth >= maximumDepth) {
      this.#reader.fail(messages.nestedTooDeeply(whole(sequence)));
      return;
    }
    this.#depth += 1;
    const isIf = content.kind === 'if';
    parts.push(isIf ? this.#if(content, sequence) : this.#for(content, sequence));
    this.#depth -= 1;
  }

  #text({ value, start, end }: TextPiece): TemplatePart {
    return { kind: 'template-text', value, range: rangeOf(this.#reader.source, start, end) };
  }

  #if({ condition }: IfContent, open: Sequence): IfDirective {
    const then: TemplatePart[] = [];
    this.#collect(then);
    let otherwise: TemplatePart[] | undefined;
    let middle: Sequence | undefined;
    if (this.#peekKind() === 'else') {
      middle = this.#takeSequence();
      otherwise = [];
      this.#collect(otherwise);
      this.#skipSecondElse(open, otherwise);
    }
    const end = this.#close('if', open);
    const range = over(whole(open), whole(end));
    if (middle === undefined || otherwise === undefined) {
      return {
        kind: 'if-directive',
        condition,
        then,
        sequences: { if: open, endif: end },
        range,
      };
    }
    const sequences = { if: open, else: middle, endif: end };
    return { kind: 'if-directive', condition, then, else: otherwise, sequences, range };
  }

  #skipSecondElse(open: Sequence, parts: TemplatePart[]): void {
    while (this.#peekKind() === 'else') {
      const second = this.#takeSequence();
      this.#complain(messages.secondElse(whole(second), whole(open)));
      this.#collect(parts);
    }
  }

  #for({ header }: ForContent, open: Sequence): ForDirective {
    const body: TemplatePart[] = [];
    this.#collect(body);
    while (this.#peekKind() === 'else') {
      const range = whole(this.#takeSequence());
      this.#complain(messages.elseInFor(range, whole(open)));
      this.#collect(body);
    }
    const end = this.#close('for', open);
    const { keyName, valueName: value, collection } = header;
    const sequences = { for: open, endfor: end };
    const range = over(whole(open), whole(end));
    const rest = { value, collection, body, sequences, range };
    if (keyName === undefined) return { kind: 'for-directive', ...rest };
    return { kind: 'for-directive', key: keyName, ...rest };
  }

  /** Reads the closing directive; when another one is there, that one is taken for it. */
  #close(kind: 'if' | 'for', open: Sequence): Sequence {
    const found = this.#peekKind();
    if (found === `end${kind}`) return this.#takeSequence();
    if (found === undefined) {
      this.#complain(messages.unclosedDirective(whole(open), kind));
      const end = rangeOf(this.#reader.source, this.#end(), this.#end());
      return { open: end, close: end, stripLeft: false, stripRight: false };
    }
    const wrong = this.#takeSequence();
    this.#complain(messages.wrongEnd(whole(wrong), found, kind, whole(open)));
    return wrong;
  }

  #complainAboutStray(piece: Piece): void {
    if (piece.kind === 'text') return;
    this.#complain(messages.strayDirective(whole(piece.sequence), piece.content.kind));
  }

  #complain(problem: messages.Problem): void {
    if (!this.#isQuiet) this.#reader.complain(problem);
  }

  #peekKind(): Content['kind'] | undefined {
    const piece = this.#pieces[this.#at];
    return piece === undefined ? undefined : kindOf(piece);
  }

  #takeSequence(): Sequence {
    const piece = this.#pieces[this.#at];
    if (piece === undefined || piece.kind === 'text') throw new Error('no directive here');
    this.#at += 1;
    return piece.sequence;
  }

  /** Where the last piece ends. */
  #end(): number {
    const last = this.#pieces.at(-1);
    if (last === undefined) return this.#reader.previousEnd;
    return last.kind === 'text' ? last.end : last.sequence.close.end;
  }
}

function kindOf(piece: Piece): Content['kind'] | undefined {
  return piece.kind === 'sequence' ? piece.content.kind : undefined;
}

function isCloser({ kind }: Content): boolean {
  return kind === 'else' || kind === 'endif' || kind === 'endfor';
}

function whole(sequence: Sequence): Range {
  return over(sequence.open, sequence.close);
}
