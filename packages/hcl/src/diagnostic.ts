import type { Range } from './range.ts';

/** How bad it is: an error stops the phase that found it, a warning stops nothing. */
export type Severity = 'error' | 'warning';

/**
 * One thing a user should know about what they wrote. Diagnostics are returned, never thrown.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable name of the kind of mistake, kebab-case: `unknown-variable`. Programs match on this. */
  readonly code: string;
  /** What is wrong, at most 60 characters or so, no full stop. */
  readonly summary: string;
  /** Full sentences: why, and what to do about it. */
  readonly detail: string;
  /** The exact offending text. */
  readonly subject?: Range;
  /** The wider text to show around the subject, such as the whole block header. */
  readonly context?: Range;
  /** Values that took part in it, already rendered and with secrets hidden: `var.port is 8080`. */
  readonly values?: readonly string[];
}

/** Collects diagnostics while a phase goes on. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];

  /** Everything reported so far, in the order reported. */
  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  /** True when an error (not a warning) was reported. */
  get hasErrors(): boolean {
    return this.#list.some((diagnostic) => diagnostic.severity === 'error');
  }

  /** Adds diagnostics that are already complete. */
  add(...diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#list.push(diagnostic);
  }

  /** Reports an error. */
  error(problem: Omit<Diagnostic, 'severity'>): void {
    this.#list.push({ severity: 'error', ...problem });
  }

  /** Reports a warning. */
  warn(problem: Omit<Diagnostic, 'severity'>): void {
    this.#list.push({ severity: 'warning', ...problem });
  }
}

/** A result together with what was noticed on the way; the result may be partial when there are errors. */
export interface WithDiagnostics<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}
