import { expect } from '@jest/globals';
import {
  type Diagnostic,
  Diagnostics,
  evaluate,
  type FunctionContext,
  type FunctionTable,
  parseExpression,
  standardFunctions,
  templateRenderer,
  typeOf,
  typeText,
  type Value,
  valueToJson,
} from '../../src/index.ts';

/** Where the functions of a test think they are. */
export interface Surroundings extends Partial<Omit<FunctionContext, 'renderTemplate'>> {
  readonly variables?: Readonly<Record<string, Value>>;
  readonly functions?: FunctionTable;
}

/** What an expression evaluates to; the test fails when mistakes are reported. */
export function resultOf(text: string, surroundings: Surroundings = {}): Value {
  const { value, diagnostics } = attempt(text, surroundings);
  expect(diagnostics.map((diagnostic) => diagnostic.detail)).toEqual([]);
  return value;
}

/** The value as JSON. */
export function jsonOf(text: string, surroundings: Surroundings = {}): string {
  return valueToJson(resultOf(text, surroundings));
}

/** The type of the value, as it is written in a template. */
export function typeTextOf(text: string, surroundings: Surroundings = {}): string {
  return typeText(typeOf(resultOf(text, surroundings)));
}

/** The details of what is reported about an expression. */
export function problemsOf(text: string, surroundings: Surroundings = {}): string {
  return attempt(text, surroundings)
    .diagnostics.map((diagnostic) => diagnostic.detail)
    .join('\n');
}

/** What is reported about an expression. */
export function problemsIn(text: string, surroundings: Surroundings = {}): readonly Diagnostic[] {
  return attempt(text, surroundings).diagnostics;
}

function attempt(
  text: string,
  surroundings: Surroundings,
): { readonly value: Value; readonly diagnostics: readonly Diagnostic[] } {
  const { variables = {}, functions = standardFunctions, ...given } = surroundings;
  const parsed = parseExpression({ name: 'test', text });
  const found = new Diagnostics();
  const plain: FunctionContext = {
    baseDir: '/nowhere/base',
    workingDir: '/nowhere/work',
    startTime: new Date('2024-01-02T03:04:05.678Z'),
    environment: { HOME: '/home/me' },
    renderTemplate: () => {
      throw new Error('not in this context');
    },
    askService: () => undefined,
    ...given,
  };
  const functionContext = { ...plain, renderTemplate: templateRenderer(functions, plain) };
  const scope = { variables: new Map(Object.entries(variables)), functions, functionContext };
  const value = evaluate(parsed.value, scope, found);
  return { value, diagnostics: [...parsed.diagnostics, ...found.list] };
}
