import { Diagnostics, type WithDiagnostics } from '@bake/hcl';
import type { Template } from '../config/template.ts';
import { Redactor } from '../events/redact.ts';
import type { VariableOptions } from '../plan/evaluate-template.ts';
import { Answers } from '../services/answers.ts';
import { askServices } from '../services/ask-service.ts';
import { expandLegacy } from './expand-legacy.ts';

/** Expands `{{ }}` with the variables of a legacy template. */
export interface LegacyConsole {
  /** Values of the variables by name, sorted; secrets are `<sensitive>`. */
  readonly variables: ReadonlyMap<string, string>;
  /** The text with what is in `{{ }}` expanded, secrets hidden. Throws an error that says why it cannot. */
  expand(text: string): string;
  /** A text, such as the message of that error, with secrets hidden. */
  hide(text: string): string;
}

/**
 * Prepares a console. Without a template only variables that are given have a value. Services that variables
 * name are asked; the signal ends the waiting for one.
 */
export async function legacyConsole(
  template: Template,
  options: VariableOptions,
  signal: AbortSignal,
): Promise<WithDiagnostics<LegacyConsole>> {
  const diagnostics = new Diagnostics();
  const legacy = template.legacy ?? { variables: new Map() };
  const answers = new Answers(askServices(options.variables.environment), signal);
  const { values, texts } = await expandLegacy(template, legacy, options, answers, diagnostics);
  const redactor = new Redactor();
  for (const secret of answers.texts) redactor.add(secret);
  for (const [name, value] of values) {
    if (legacy.variables.get(name)?.sensitive === true) redactor.add(value ?? '');
  }
  const variables = new Map(
    [...values]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, redactor.hide(value ?? '<unknown>')]),
  );
  const hide = (text: string): string => redactor.hide(text);
  const expand = (text: string): string => hide(texts.expandLine(text));
  return { value: { variables, expand, hide }, diagnostics: diagnostics.list };
}
