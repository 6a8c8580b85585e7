import {
  applyDefaults,
  ConversionFailure,
  convert,
  type Diagnostics,
  evaluate,
  type FunctionContext,
  markSensitive,
  nullValue,
  objectValue,
  standardFunctions,
  type Type,
  typeOf,
  unknownValue,
  type Value,
  variableDefaultFunctions,
} from '@bake/hcl';
import type { Template, VariableDeclaration } from '../config/template.ts';
import * as messages from '../messages.ts';
import { type Assignment, readAssignments, type VariableInputs } from './variable-sources.ts';

/**
 * The value of every variable. Each source's value is converted, so that a wrong one is reported even
 * if a stronger source overrides it; the strongest is then validated. A variable without a usable value
 * is unknown, so that what depends on it is still checked.
 */
export function variableValues(
  template: Template,
  inputs: VariableInputs,
  context: FunctionContext,
  diagnostics: Diagnostics,
): ReadonlyMap<string, Value> {
  const assignments = byName(readAssignments(template, inputs, diagnostics));
  return new Map(
    [...template.variables.values()].map((variable) => {
      const given = assignments.get(variable.name) ?? [];
      const value = finalValue(variable, given, context, diagnostics);
      validate(variable, value, context, diagnostics);
      return [variable.name, variable.sensitive ? markSensitive(value) : value];
    }),
  );
}

function finalValue(
  variable: VariableDeclaration,
  given: readonly Assignment[],
  context: FunctionContext,
  diagnostics: Diagnostics,
): Value {
  const initial = defaultOf(variable, context, diagnostics);
  const type = effectiveType(variable, initial);
  const values = given.map((assignment) => assigned(assignment, type, diagnostics));
  const last = values.at(-1) ?? initial;
  if (last !== undefined) return last;
  if (variable.default === undefined) {
    diagnostics.add(messages.unsetVariable(variable.name, variable.range));
  }
  return unknownValue(type);
}

function defaultOf(
  variable: VariableDeclaration,
  context: FunctionContext,
  diagnostics: Diagnostics,
): Value | undefined {
  if (variable.default === undefined) return undefined;
  const scope = {
    variables: new Map<string, Value>(),
    functions: variableDefaultFunctions,
    functionContext: context,
  };
  const value = evaluate(variable.default, scope, diagnostics);
  return attempt(variable, variable.type, value, (why) =>
    diagnostics.add(
      messages.invalidDefault(variable.name, why, variable.default?.range ?? variable.range),
    ),
  );
}

/** Without a declared type, the default's own type is the variable's, unless it says nothing (`null`, `[]`, `{}`). */
function effectiveType(variable: VariableDeclaration, initial: Value | undefined): Type {
  if (variable.type.kind !== 'any' || initial === undefined) return variable.type;
  if (initial.kind === 'null' || initial.kind === 'unknown') return variable.type;
  const isEmpty =
    (initial.kind === 'tuple' && initial.items.length === 0) ||
    (initial.kind === 'object' && initial.entries.size === 0);
  return isEmpty ? variable.type : typeOf(initial);
}

function assigned(assignment: Assignment, type: Type, diagnostics: Diagnostics): Value {
  const { variable, value, from, range } = assignment;
  const converted = attempt(variable, type, value, (why) =>
    diagnostics.add(messages.invalidValue(variable.name, from, why, range)),
  );
  return converted ?? unknownValue(type);
}

function attempt(
  variable: VariableDeclaration,
  type: Type,
  value: Value,
  complain: (why: string) => void,
): Value | undefined {
  try {
    const completed =
      variable.typeDefaults === undefined ? value : applyDefaults(value, variable.typeDefaults);
    return completed.kind === 'null' && type.kind === 'any'
      ? nullValue()
      : convert(completed, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    complain(error.message);
    return undefined;
  }
}

function validate(
  variable: VariableDeclaration,
  value: Value,
  context: FunctionContext,
  diagnostics: Diagnostics,
): void {
  const own = objectValue({ [variable.name]: variable.sensitive ? markSensitive(value) : value });
  const scope = {
    variables: new Map<string, Value>([['var', own]]),
    functions: standardFunctions,
    functionContext: { ...context, baseDir: '' },
  };
  for (const { condition, errorMessage } of variable.validations) {
    const result = evaluate(condition, scope, diagnostics);
    if (result.kind === 'bool' && !result.value) {
      diagnostics.add(messages.failedValidation(variable.name, errorMessage, condition.range));
    } else if (result.kind !== 'bool' && result.kind !== 'unknown') {
      const advice = 'The condition must be true or false.';
      const summary = 'Invalid variable validation result';
      diagnostics.add(messages.invalidValidation(summary, advice, condition.range));
    }
  }
}

function byName(assignments: readonly Assignment[]): ReadonlyMap<string, Assignment[]> {
  const groups = new Map<string, Assignment[]>();
  for (const assignment of assignments) {
    const name = assignment.variable.name;
    const group = groups.get(name) ?? [];
    group.push(assignment);
    groups.set(name, group);
  }
  return groups;
}
