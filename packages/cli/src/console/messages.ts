import type { Diagnostic } from '@bake/hcl';

/** A line with `{{ }}` that is no template, or whose calls fail. */
export function cannotExpand(why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'invalid-go-template',
    summary: 'Cannot expand this',
    detail: `${why}.`,
  };
}
