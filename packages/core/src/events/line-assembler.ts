/**
 * Puts lines together from pieces of output, whatever the pieces' borders cut through: lines, UTF-8
 * sequences, secrets. A line is shown without trailing blanks, and only what follows its last carriage
 * return, as a terminal would (core-behaviour, section 7.8).
 */
export class LineAssembler {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next piece. */
  push(chunk: Uint8Array | string): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    const lines = (this.#rest + text).split('\n');
    this.#rest = withoutOverwritten(lines.pop() as string);
    for (const line of lines) this.#emit(line);
  }

  /** Hands out what has no line break yet. */
  flush(): void {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    if (rest !== '') this.#emit(rest);
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
