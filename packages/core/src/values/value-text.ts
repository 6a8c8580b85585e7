import {
  type Diagnostic,
  Diagnostics,
  type Expression,
  evaluate,
  parseExpression,
  type Range,
  type Source,
  showRange,
  unknownValue,
  type Value,
} from '@bake/hcl';
import type { VariableDeclaration } from '../config/template.ts';
import * as messages from '../messages.ts';

/**
 * Reads the text of `-var` or `PKR_VAR_x` as an expression without variables and functions; unknown when
 * it cannot be read. What is wrong with a sensitive variable's text is said without showing it.
 */
export function parseValueText(
  source: Source,
  variable: VariableDeclaration,
  from: string,
  diagnostics: Diagnostics,
): { readonly value: Value; readonly expression: Expression } {
  const parsed = parseExpression(source);
  const expression = parsed.value;
  if (parsed.diagnostics.length === 0) {
    return { value: evaluateValue(expression, variable, from, diagnostics), expression };
  }
  const why = 'it is read as an HCL expression and cannot be parsed; put text in double quotes';
  if (variable.sensitive) diagnostics.add(messages.invalidValue(variable.name, from, why));
  else diagnostics.add(...parsed.diagnostics);
  return { value: unknownValue(), expression };
}

/**
 * Evaluates what a source gives to a variable, without variables and functions. What is wrong with a
 * sensitive variable's value is said without showing it: messages quote names and texts of it.
 */
export function evaluateValue(
  expression: Expression,
  variable: VariableDeclaration,
  from: string,
  diagnostics: Diagnostics,
): Value {
  const found = new Diagnostics();
  const value = evaluate(expression, { variables: new Map() }, found);
  if (variable.sensitive && found.hasErrors) {
    const why =
      'it cannot be evaluated; neither variables nor functions can be used, and text stands in double quotes';
    diagnostics.add(messages.invalidValue(variable.name, from, why));
  } else if (!variable.sensitive) {
    diagnostics.add(...found.list);
  }
  return value;
}

/** True when showing the range would show a line of one of the secrets: what renders it shows whole lines. */
export function sharesLine(range: Range, secrets: readonly Range[]): boolean {
  const { file, start, end } = showRange(range);
  return secrets.map(showRange).some((secret) => {
    return secret.file === file && secret.start.line <= end.line && start.line <= secret.end.line;
  });
}

/** What is said of a file of variables with a mistake in its form, where it may hold secrets. */
export const unreadableVariables = 'The variable file cannot be read as it is written.';

/** The diagnostic with its place in words, so that nothing of the source is shown; `detail` replaces its own. */
export function withoutSource(
  diagnostic: Diagnostic,
  detail: string = diagnostic.detail,
): Diagnostic {
  const { subject, context: _, ...rest } = diagnostic;
  if (subject === undefined) return diagnostic;
  const { file, start } = showRange(subject);
  return {
    ...rest,
    detail: `${detail} It is in ${file}, line ${start.line}, which is not shown because it may hold the value of a sensitive variable.`,
  };
}
