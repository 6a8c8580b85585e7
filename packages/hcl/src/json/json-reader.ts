import type { Diagnostic } from '../diagnostic.ts';
import { type Range, rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import * as messages from './messages.ts';

/** More mistakes than this in one text help nobody. */
const maximumProblems = 50;

/** The place in a JSON text that reading has come to, and what it has to say about it. */
export class JsonReader {
  readonly source: Source;
  readonly text: string;
  readonly problems: Diagnostic[] = [];
  offset = 0;
  /** End of the last token: where a comma is missing, if one is. */
  previousEnd = 0;
  depth = 0;
  #isLost = false;

  constructor(source: Source) {
    this.source = source;
    this.text = source.text;
    if (this.text.startsWith('\uFEFF')) this.offset = 1;
  }

  /** The next character, '' at the end. */
  get next(): string {
    return this.text.charAt(this.offset);
  }

  /** Goes on by so many characters and gives their range. */
  take(length: number): Range {
    const range = rangeOf(this.source, this.offset, this.offset + length);
    this.offset += length;
    this.previousEnd = this.offset;
    return range;
  }

  /** What the pattern, which must be sticky, finds right here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text)?.[0];
  }

  /** Skips white space, and comments, which are reported. */
  skipSpace(): void {
    for (;;) {
      this.offset += this.match(space)?.length ?? 0;
      const comment = this.match(commentText);
      if (comment === undefined) return;
      const end = this.previousEnd;
      this.complain(messages.comment(this.take(comment.trimEnd().length)));
      this.previousEnd = end;
    }
  }

  /** From `start` to the end of the last token. */
  from(start: number): Range {
    return rangeOf(this.source, start, Math.max(start, this.previousEnd));
  }

  /** The empty range right after the last token. */
  gap(): Range {
    return rangeOf(this.source, this.previousEnd, this.previousEnd);
  }

  /** True when a line break stands between the last token and here. */
  isOnNewLine(): boolean {
    return this.text.slice(this.previousEnd, this.offset).includes('\n');
  }

  /** Reports a mistake after which reading goes on as if it were none. */
  complain(problem: Diagnostic): void {
    if (!this.#isLost && this.problems.length < maximumProblems) this.problems.push(problem);
  }

  /** Reports a mistake after which nothing is certain: what else seems wrong is not reported. */
  fail(problem: Diagnostic): void {
    this.complain(problem);
    this.#isLost = true;
  }
}

const space = /[ \t\r\n]*/y;
const commentText = /(?:\/\/|#)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
