import { resolve } from 'node:path';
import type { Diagnostics } from '@bake/hcl';
import type { Template } from '../config/template.ts';
import type { VariableOptions } from '../plan/evaluate-template.ts';
import type { Answers } from '../services/answers.ts';
import { coreVersion } from '../version.ts';
import { type LegacyTexts, legacyTexts } from './component-texts.ts';
import type { LegacyTemplate } from './legacy-template.ts';
import { UnknownText } from './unknown-text.ts';
import { type UserValues, userVariables } from './user-variables.ts';

/** A legacy template's variables, and what expands texts with them. */
export interface ExpandedLegacy {
  readonly values: UserValues;
  readonly texts: LegacyTexts;
}

/** Loads the template engine and gives the variables their values, for which services may be asked. */
export async function expandLegacy(
  template: Pick<Template, 'root'>,
  legacy: Pick<LegacyTemplate, 'variables'>,
  { variables: inputs, workingDir, startTime }: VariableOptions,
  answers: Answers,
  diagnostics: Diagnostics,
): Promise<ExpandedLegacy> {
  let values: UserValues = new Map();
  const user = (name: string): string => {
    const value = values.get(name);
    if (value === undefined && values.has(name)) throw new UnknownText();
    return value ?? '';
  };
  const facts = { coreVersion, startTime, workingDir };
  const substitutes = { user, templateDir: resolve(workingDir, template.root) };
  const texts = await legacyTexts(facts, inputs.environment, substitutes, answers.find);
  values = await answers.settled(diagnostics, (found) =>
    userVariables(legacy, inputs, texts.expandVariable, found),
  );
  return { values, texts };
}
