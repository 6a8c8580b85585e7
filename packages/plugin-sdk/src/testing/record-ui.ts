import type { Progress, Ui } from '../context.ts';

/** A `Ui` that keeps what it is told. */
export interface RecordedUi extends Ui {
  /** Texts of `say`, in order. */
  readonly said: readonly string[];
  /** Texts of `error`, in order. */
  readonly errors: readonly string[];
  readonly reports: readonly Progress[];
  /** All output of a stream so far, decoded as UTF-8. */
  outputOf(stream: 'stdout' | 'stderr'): string;
}

/** Makes a `Ui` for tests. */
export function recordUi(): RecordedUi {
  const said: string[] = [];
  const errors: string[] = [];
  const reports: Progress[] = [];
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  return {
    said,
    errors,
    reports,
    say: (text) => void said.push(text),
    error: (text) => void errors.push(text),
    output: (stream, chunk) => void chunks[stream].push(Buffer.from(chunk)),
    progress: (report) => void reports.push(report),
    outputOf: (stream) => Buffer.concat(chunks[stream]).toString(),
  };
}
