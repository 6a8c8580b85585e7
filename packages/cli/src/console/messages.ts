import { type Diagnostic, rangeOf } from '@bake/hcl';
import { messageOf } from '@bake/plugin-sdk';
import type { TemplateFailure } from '@bake/plugin-sdk/go-template';

/** A line with `{{ }}` that is no template, or whose calls fail with this error; `hide` hides secrets in its words. */
export function cannotExpand(
  line: string,
  error: unknown,
  hide: (text: string) => string,
): Diagnostic {
  const { place = { start: 0, end: line.length }, similar } = error as Partial<TemplateFailure>;
  const question = similar === undefined ? '' : ` Did you mean "${similar}"?`;
  return {
    severity: 'error',
    code: 'invalid-go-template',
    summary: 'Cannot expand this',
    detail: `${hide(messageOf(error))}.${question}`,
    subject: rangeOf({ name: '<console-input>', text: line }, place.start, place.end),
  };
}
