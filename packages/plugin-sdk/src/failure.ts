import { getSystemErrorMap } from 'node:util';

const brand = Symbol.for('bake.failure');

/** What a failure says. */
export interface FailureReport {
  /** What went wrong, short, no full stop: it ends the line `Build 'x' errored: ...`. */
  readonly summary: string;
  /** Full sentences: what the user can do. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/**
 * The one way for a component to fail in a way it foresaw. It is shown without a stack; anything else
 * that is thrown counts as a bug and shows its stack.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly detail: string | undefined;
  readonly [brand] = true;

  constructor(report: FailureReport) {
    super(report.summary, report.cause === undefined ? undefined : { cause: report.cause });
    this.detail = report.detail;
  }
}

/**
 * True for a `Failure`, also one made by another copy of this package: a plugin may bring its own, so
 * `instanceof` would not do.
 */
export function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && brand in error;
}

/** True when `error` is only the echo of a cancelled signal. */
export function isCancellation(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error as Error)?.name === 'AbortError');
}

/** Why the system refused a file, in words and without Node's `ENOENT: ..., open '...'`; the message of any other error. */
export function systemReason(error: unknown): string {
  const code = (error as { readonly errno?: unknown } | undefined | null)?.errno;
  const [, words] = (typeof code === 'number' && getSystemErrorMap().get(code)) || [];
  return words ?? messageOf(error);
}

/** What to say about anything that was thrown: the message of an error, the text of anything else. */
export function messageOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | undefined | null)?.message;
  if (typeof message === 'string') return message;
  try {
    return String(error);
  } catch {
    // An object that cannot be made a text: one without prototype.
    return typeof error;
  }
}
