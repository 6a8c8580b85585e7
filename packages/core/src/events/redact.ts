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
    // Output comes by the line, without blanks at its end and without what a carriage return wrote over.
    const pieces = secret.split(/[\r\n]+/);
    for (const piece of [secret, ...pieces, ...pieces.map((one) => one.trimEnd())]) {
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
