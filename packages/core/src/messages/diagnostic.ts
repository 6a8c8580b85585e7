import type { Diagnostic, Range } from '@bake/hcl';

/** An error diagnostic; the ranges may be left out. */
export function error(
  code: string,
  summary: string,
  detail: string,
  subject?: Range,
  context?: Range,
): Diagnostic {
  return {
    severity: 'error',
    code,
    summary,
    detail,
    ...(subject && { subject }),
    ...(context && { context }),
  };
}

/** The same as a warning. */
export function warning(...parts: Parameters<typeof error>): Diagnostic {
  return { ...error(...parts), severity: 'warning' };
}

/** The tail of a detail that suggests a name, if there is one to suggest. */
export function didYouMean(similar: string | undefined): string {
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}
