import { type Diagnostics, evaluate, parseExpression, type Source, type Value } from '@bake/hcl';
import type { VariableDeclaration } from '../config/template.ts';
import * as messages from '../messages.ts';

/**
 * Reads the text of `-var` or `PKR_VAR_x` as an expression without variables and functions. What is
 * wrong with a sensitive variable's text is said without showing it.
 */
export function parseValueText(
  source: Source,
  variable: VariableDeclaration,
  from: string,
  diagnostics: Diagnostics,
): Value | undefined {
  const parsed = parseExpression(source);
  if (parsed.diagnostics.length > 0) {
    const why = 'it is read as an HCL expression and cannot be parsed; put text in double quotes';
    if (variable.sensitive) diagnostics.add(messages.invalidValue(variable.name, from, why));
    else diagnostics.add(...parsed.diagnostics);
    return undefined;
  }
  return evaluate(parsed.value, { variables: new Map() }, diagnostics);
}
