import { secretForms } from './secret-forms.ts';

const mask = '<sensitive>';

/** Shorter secrets are only hidden where they stand alone: hiding every `a` would shred the output. */
const shortest = 4;

/**
 * Replaces secrets in text, also where they are written in one of the forms of `secretForms`. Forms are matched
 * literally, longest first, so that a secret that holds another one leaves no rest.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  #longest = 0;
  #pattern: RegExp | undefined;

  /** From now on hides `secret`; empty and blank text is ignored. */
  add(secret: string): void {
    const before = this.#forms.size;
    for (const form of secretForms(secret)) {
      this.#forms.add(form);
      this.#longest = Math.max(this.#longest, form.length);
    }
    if (this.#forms.size > before) this.#pattern = undefined;
  }

  /** The text with every secret replaced by `<sensitive>`. */
  hide(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= patternOf([...this.#forms]);
    return text.replace(this.#pattern, mask);
  }

  /**
   * Cuts a text that is still to grow: `done` is hidden and comes to nothing more, `rest` may hold the beginning of a
   * secret. Nothing is done while all of it may.
   */
  split(text: string): { readonly done: string; readonly rest: string } {
    const hidden = this.hide(text);
    const end = Math.max(hidden.length - this.#longest, 0);
    // Not between the halves of a character.
    const at = /^[\udc00-\udfff]/.test(hidden.slice(end)) ? Math.max(end - 1, 0) : end;
    return { done: hidden.slice(0, at), rest: hidden.slice(at) };
  }
}

function patternOf(forms: readonly string[]): RegExp {
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(alternativeOf).join('|'), 'gu');
}

function alternativeOf(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (form.length >= shortest) return literal;
  return `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`;
}
