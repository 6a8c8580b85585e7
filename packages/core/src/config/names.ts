import { type Diagnostics, isIdentifier, type Range, showRange } from '@bake/hcl';
import * as messages from '../messages.ts';

/** Reports a name that is no identifier; true when it is one. */
export function checkName(
  summary: string,
  name: string,
  range: Range,
  diagnostics: Diagnostics,
): boolean {
  if (isIdentifier(name)) return true;
  diagnostics.add(messages.invalidName(summary, name, range));
  return false;
}

/** Declarations by name; the first of a name wins and every further one is reported. */
export class Declarations<T extends { readonly range: Range }> {
  readonly #entries = new Map<string, T>();
  readonly #declared: messages.Declared;

  constructor(declared: messages.Declared) {
    this.#declared = declared;
  }

  get entries(): ReadonlyMap<string, T> {
    return this.#entries;
  }

  /** Adds a declaration, unless its name is taken, which is reported. */
  add(name: string, declaration: T, diagnostics: Diagnostics): void {
    const first = this.#entries.get(name);
    if (first === undefined) {
      this.#entries.set(name, declaration);
      return;
    }
    const { file, start } = showRange(first.range);
    const place = `${file}:${start.line}`;
    diagnostics.add(messages.duplicate(this.#declared, name, declaration.range, place));
  }
}
