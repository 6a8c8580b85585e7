import { builtIns } from './built-ins.ts';
import { Evaluator } from './evaluator.ts';
import type { TemplateFunction } from './function.ts';
import { parseTemplate } from './parse-template.ts';
import { toGoValue } from './value.ts';

/** What a template is rendered with. */
export interface Rendering {
  /** The dot: what `{{ .Name }}` looks into. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Functions beside those of Go, by name. */
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
}

/** True when there is something to render in the text; the cheap question to ask before loading this. */
export function usesTemplate(text: string): boolean {
  return text.includes('{{');
}

/**
 * Renders a template as Go's text/template does. Keys that the data lacks show as `<no value>`. Throws
 * `TemplateFailure`.
 */
export function renderTemplate(text: string, { data, functions = {} }: Rendering): string {
  if (!usesTemplate(text)) {
    return text;
  }
  const known = { ...builtIns, ...functions };
  const template = parseTemplate(text, new Set(['and', 'or', ...Object.keys(known)]));
  return new Evaluator(template, known).render(toGoValue(data));
}

/** Parses a template without rendering it, to find mistakes early. Throws `TemplateFailure`. */
export function checkTemplate(
  text: string,
  functions: Readonly<Record<string, TemplateFunction>> = {},
): void {
  parseTemplate(text, new Set(['and', 'or', ...Object.keys({ ...builtIns, ...functions })]));
}
