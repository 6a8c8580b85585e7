import { type Diagnostic, Diagnostics } from '../diagnostic.ts';
import {
  defineFunction,
  type FunctionContext,
  FunctionFailure,
} from '../functions/define-function.ts';
import { showRange } from '../range.ts';
import { parseTemplate } from '../syntax/parse.ts';
import { anyType } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { evaluate } from './evaluate.ts';
import type { FunctionTable, Scope } from './scope.ts';

/**
 * Makes the `renderTemplate` of a function context. Templates get the functions of the table, except
 * `templatefile` itself, and know of their surroundings what `context` says. A mistake in a template is
 * thrown as a `FunctionFailure`.
 */
export function templateRenderer(
  functions: FunctionTable,
  context: FunctionContext,
): FunctionContext['renderTemplate'] {
  const table = withoutRecursion(functions);
  return (name, text, variables) => {
    const { value: template, diagnostics } = parseTemplate({ name, text });
    refuseOn(diagnostics);
    const found = new Diagnostics();
    const scope: Scope = { variables, functions: table, functionContext: context };
    const result: Value = evaluate(template, scope, found);
    refuseOn(found.list);
    return result;
  };
}

function refuseOn(diagnostics: readonly Diagnostic[]): void {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (first === undefined) return;
  throw new FunctionFailure(`${placeOf(first)}${first.summary}. ${first.detail}`);
}

function placeOf({ subject }: Diagnostic): string {
  if (subject === undefined) return '';
  const { file, start } = showRange(subject);
  return `${file}:${start.line},${start.column}: `;
}

function withoutRecursion(functions: FunctionTable): FunctionTable {
  const refusal = defineFunction({
    name: 'templatefile',
    doc: 'Cannot be used in a template file.',
    parameters: [],
    variadic: { name: 'arguments', type: anyType, nullable: true },
    result: anyType,
    call: () => {
      throw new FunctionFailure('a template file cannot use templatefile() itself.');
    },
  });
  return {
    get: (name) => (name === 'templatefile' ? refusal : functions.get(name)),
    names: () => functions.names().filter((name) => name !== 'templatefile'),
  };
}
