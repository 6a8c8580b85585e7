import {
  applyDefaults,
  boolType,
  ConversionFailure,
  convert,
  type Diagnostics,
  evaluate,
  type FunctionContext,
  markSensitive,
  misfit,
  nullValue,
  objectValue,
  standardFunctions,
  type Type,
  typeOf,
  typeText,
  unknownValue,
  type Value,
  variableDefaultFunctions,
  withValues,
} from '@bake/hcl';
import type { Template, VariableDeclaration } from '../config/template.ts';
import { tryConvert } from '../config/try-convert.ts';
import * as messages from '../messages.ts';
import { type Assignment, readAssignments, type VariableInputs } from './variable-sources.ts';

/** A variable with the value that it has before anything is built. */
export interface GivenVariable {
  readonly declaration: VariableDeclaration;
  /** The declared type; without one, the type of the default; `any` without both. */
  readonly type: Type;
  /** `undefined` when there is none, or none that can be used. */
  readonly default: Value | undefined;
  /** Of the strongest source; unknown without one. Marked when the variable is sensitive. */
  readonly value: Value;
  /** What gave the value, in words of messages, and Packer's word for its kind. */
  readonly origin: ValueOrigin;
  /** There is a default, usable or not, or some source gave a value. */
  readonly isSet: boolean;
}

/** Where a value comes from. */
export interface ValueOrigin {
  readonly kind: 'default' | 'env' | 'varfile' | 'cmd';
  readonly from: string;
}

/** Variables by name, in template order. */
export type GivenVariables = ReadonlyMap<string, GivenVariable>;

/**
 * Takes the value of every variable from its sources. Each source's value is converted, so that a wrong
 * one is reported even if a stronger source overrides it. A variable without a usable value is unknown,
 * so that what depends on it can still be checked.
 */
export function takeVariables(
  template: Template,
  inputs: VariableInputs,
  context: FunctionContext,
  diagnostics: Diagnostics,
): GivenVariables {
  const typed = new Map(
    [...template.variables.values()].map((declaration) => {
      const initial = defaultOf(declaration, context, diagnostics);
      const type = effectiveType(declaration, initial);
      return [declaration.name, { declaration, type, default: initial }];
    }),
  );
  const assignments = byName(readAssignments(template, typed, inputs, diagnostics));
  return new Map(
    [...typed].map(([name, variable]) => {
      return [name, takeVariable(variable, assignments.get(name) ?? [], diagnostics)];
    }),
  );
}

/** Reports variables that nobody set, and values that the variable's own rules refuse. */
export function checkVariables(
  variables: GivenVariables,
  context: FunctionContext,
  diagnostics: Diagnostics,
): void {
  for (const { declaration, value, origin, isSet } of variables.values()) {
    if (!isSet) diagnostics.add(messages.unsetVariable(declaration.name, declaration.range));
    validate(declaration, value, origin, context, diagnostics);
  }
}

function takeVariable(
  variable: Omit<GivenVariable, 'value' | 'origin' | 'isSet'>,
  given: readonly Assignment[],
  diagnostics: Diagnostics,
): GivenVariable {
  const { declaration, type } = variable;
  const values = given.map((assignment) => assigned(assignment, type, diagnostics));
  const value = values.at(-1) ?? variable.default ?? unknownValue(type);
  return {
    ...variable,
    value: declaration.sensitive ? markSensitive(value) : value,
    origin: originOf(given.at(-1)),
    isSet: declaration.default !== undefined || given.length > 0,
  };
}

function originOf(assignment: Assignment | undefined): ValueOrigin {
  if (assignment === undefined) return { kind: 'default', from: 'its default' };
  const { kind, from } = assignment;
  return { kind, from };
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
  const expression = variable.default;
  return attempt(variable, variable.type, value, (failure, completed) => {
    const { range, why } = misfit(expression, completed, variable.type, failure);
    diagnostics.add(messages.invalidDefault(variable.name, why, range));
  });
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
  const { variable, value, from, range, expression } = assignment;
  const converted = attempt(variable, type, value, (failure, completed) => {
    // What does not fit may be named by a key, and the keys of a sensitive map are secrets too.
    const { range: place, why } =
      variable.sensitive || expression === undefined
        ? { range, why: variable.sensitive ? `${typeText(type)} is required` : failure.message }
        : misfit(expression, completed, type, failure);
    diagnostics.add(messages.invalidValue(variable.name, from, why, range && place));
  });
  return converted ?? unknownValue(type);
}

function attempt(
  variable: VariableDeclaration,
  type: Type,
  value: Value,
  complain: (failure: ConversionFailure, completed: Value) => void,
): Value | undefined {
  const completed =
    variable.typeDefaults === undefined ? value : applyDefaults(value, variable.typeDefaults);
  try {
    return completed.kind === 'null' && type.kind === 'any'
      ? nullValue()
      : convert(completed, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    complain(error, completed);
    return undefined;
  }
}

function validate(
  variable: VariableDeclaration,
  value: Value,
  { kind, from }: ValueOrigin,
  context: FunctionContext,
  diagnostics: Diagnostics,
): void {
  const own = objectValue({ [variable.name]: value });
  const scope = {
    variables: new Map<string, Value>([['var', own]]),
    functions: standardFunctions,
    functionContext: { ...context, baseDir: '' },
  };
  for (const { condition, errorMessage } of variable.validations) {
    const result = tryConvert(evaluate(condition, scope, diagnostics), boolType);
    if (result.kind === 'bool' && !result.value) {
      const problem = messages.failedValidation(
        variable.name,
        kind,
        from,
        errorMessage,
        condition.range,
      );
      diagnostics.add(withValues(problem, condition, scope));
    } else if (result.kind !== 'bool' && result.kind !== 'unknown') {
      const advice = 'The condition must be true or false.';
      const summary = 'Invalid variable validation result';
      const problem = messages.invalidValidation(summary, advice, condition.range);
      diagnostics.add(withValues(problem, condition, scope));
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
