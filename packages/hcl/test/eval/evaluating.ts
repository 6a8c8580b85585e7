import { Diagnostics } from '../../src/diagnostic.ts';
import { evaluate } from '../../src/eval/evaluate.ts';
import type { FunctionTable, Scope } from '../../src/eval/scope.ts';
import { specialFunctions } from '../../src/eval/special-functions.ts';
import {
  defineFunction,
  FunctionFailure,
  type HclFunction,
} from '../../src/functions/define-function.ts';
import { jsonFunctions } from '../../src/functions/json.ts';
import { numberFunctions } from '../../src/functions/number.ts';
import { textOf } from '../../src/range.ts';
import type { Expression } from '../../src/syntax/ast.ts';
import { parseExpression } from '../../src/syntax/parse.ts';
import { encodeValue } from '../../src/value/encode.ts';
import { numberType, stringType } from '../../src/value/type.ts';
import { numberValue, stringValue, type Value } from '../../src/value/value.ts';

/** A few functions, so that these tests stand without the real ones. */
const own: readonly HclFunction[] = [
  defineFunction({
    name: 'upper',
    doc: 'Capitals.',
    parameters: [{ name: 'text', type: stringType }],
    result: stringType,
    call: ([text]) => stringValue(text?.kind === 'string' ? text.value.toUpperCase() : ''),
  }),
  defineFunction({
    name: 'count',
    doc: 'How many arguments there are.',
    parameters: [],
    variadic: { name: 'numbers', type: numberType },
    result: numberType,
    call: (args) => numberValue(args.length),
  }),
  defineFunction({
    name: 'refuse',
    doc: 'Never works.',
    parameters: [{ name: 'first', type: stringType, nullable: true }],
    variadic: { name: 'rest', type: stringType },
    result: stringType,
    call: (args) => {
      throw new FunctionFailure('no luck', args.length > 1 ? 1 : undefined);
    },
  }),
];

/** Functions by name, for a scope. */
export function tableOf(functions: readonly HclFunction[]): FunctionTable {
  const byName = new Map(functions.map((each) => [each.name, each]));
  return { get: (name) => byName.get(name), names: () => [...byName.keys()] };
}

/** `try`, `can`, `convert`, the functions for JSON and numbers, and those above. */
export const functions: FunctionTable = tableOf([
  ...specialFunctions,
  ...jsonFunctions,
  ...numberFunctions,
  ...own,
]);

/** A scope with the functions above. */
export function scopeOf(variables: Readonly<Record<string, Value>> = {}): Scope {
  return { variables: new Map(Object.entries(variables)), functions };
}

/** The syntax tree of a text that must have no mistakes. */
export function parsed(text: string): Expression {
  const { value, diagnostics } = parseExpression({ name: 'test.hcl', text });
  if (diagnostics.length > 0) throw new Error(`${text}: ${diagnostics[0]?.detail}`);
  return value;
}

/** What evaluation gives and what it complains about: `code: underlined text`. */
export function evaluated(
  text: string,
  variables: Readonly<Record<string, Value>> = {},
): { value: Value; problems: readonly string[]; diagnostics: Diagnostics } {
  const diagnostics = new Diagnostics();
  const value = evaluate(parsed(text), scopeOf(variables), diagnostics);
  const problems = diagnostics.list.map(
    ({ code, subject }) => `${code}: ${subject && textOf(subject)}`,
  );
  return { value, problems, diagnostics };
}

/** The value of a text that must have no mistakes, in the form that `encodeValue` gives. */
export function encoded(text: string, variables: Readonly<Record<string, Value>> = {}): unknown {
  const { value, problems } = evaluated(text, variables);
  if (problems.length > 0) throw new Error(`${text}: ${problems.join('; ')}`);
  return encodeValue(value);
}

/** The value of a text that must have no mistakes. */
export function made(text: string): Value {
  const { value, problems } = evaluated(text);
  if (problems.length > 0) throw new Error(`${text}: ${problems.join('; ')}`);
  return value;
}
