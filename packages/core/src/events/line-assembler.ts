/** Takes as much off a text that is still to grow as can be shown already, and gives what remains of it. */
export type Split = (text: string) => { readonly done: string; readonly rest: string };

/** Characters of a line that are kept until its end comes. What is longer is handed out in pieces. */
const longestLine = 1 << 16;

/**
 * Puts lines together from pieces of output, whatever the pieces' borders cut through: lines, UTF-8
 * sequences, secrets. A line is shown without trailing blanks, and only what follows its last carriage
 * return, as a terminal would (core-behaviour, section 7.8). A program that never ends its line is shown in
 * pieces, cut where `split` says that no secret is.
 */
export class LineAssembler {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #onLine: (line: string) => void;
  readonly #split: Split;
  #rest = '';

  constructor(onLine: (line: string) => void, split: Split) {
    this.#onLine = onLine;
    this.#split = split;
  }

  /** Takes the next piece. */
  push(chunk: Uint8Array | string): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    const lines = (this.#rest + text).split('\n');
    this.#rest = withoutOverwritten(lines.pop() as string);
    for (const line of lines) this.#emit(line);
    if (this.#rest.length > longestLine) this.#shorten();
  }

  /** Hands out what has no line break yet. */
  flush(): void {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    if (rest !== '') this.#emit(rest);
  }

  #shorten(): void {
    const { done, rest } = this.#split(this.#rest);
    this.#rest = rest;
    if (done !== '') this.#emit(done);
  }

  #emit(line: string): void {
    const trimmed = line.trimEnd();
    this.#onLine(trimmed.slice(trimmed.lastIndexOf('\r') + 1));
  }
}

/** Drops what carriage returns have written over, so that a progress bar of hours takes no room. */
function withoutOverwritten(text: string): string {
  // A return with nothing but blanks behind it may belong to a line break that is still to come.
  return text.replace(/^.*\r(?=\S)/s, '');
}
