const mask = '<sensitive>';

/** Shorter secrets are only hidden where they stand alone: hiding every `a` would shred the output. */
const shortest = 4;

/**
 * Replaces secrets in text. Secrets are matched literally, longest first, so that a secret that holds
 * another one leaves no rest. A secret of several lines is also matched line by line, because output is
 * shown by the line.
 */
export class Redactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** From now on hides `secret`; empty and blank text is ignored. */
  add(secret: string): void {
    for (const piece of [secret, ...secret.split(/\r?\n/)]) {
      if (piece.trim() !== '') this.#secrets.add(piece);
    }
    this.#pattern = undefined;
  }

  /** The text with every secret replaced by `<sensitive>`. */
  hide(text: string): string {
    if (this.#secrets.size === 0) return text;
    this.#pattern ??= patternOf([...this.#secrets]);
    return text.replace(this.#pattern, mask);
  }

  /** A copy of a JSON-like value with secrets hidden in every string of it. */
  hideIn<T>(value: T): T {
    if (this.#secrets.size === 0) return value;
    return this.#walk(value) as T;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.hide(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#walk(item)]));
  }
}

function patternOf(secrets: readonly string[]): RegExp {
  const longestFirst = secrets.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(alternativeOf).join('|'), 'gu');
}

function alternativeOf(secret: string): string {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (secret.length >= shortest) return literal;
  return `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`;
}
