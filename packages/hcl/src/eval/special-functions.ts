import { defineFunction, FunctionFailure, type HclFunction } from '../functions/define-function.ts';
import { anyType, boolType } from '../value/type.ts';
import type { Value } from '../value/value.ts';

/**
 * The functions whose arguments are not plain values: the evaluator itself does their work. A table of
 * functions that is to offer them must hold these.
 */
export const specialFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'try',
    doc: 'Gives the first of the expressions that can be evaluated without an error.',
    parameters: [],
    variadic: { name: 'expressions', type: anyType },
    result: anyType,
    call: refuse,
  }),
  defineFunction({
    name: 'can',
    doc: 'Tells whether the expression can be evaluated without an error.',
    parameters: [{ name: 'expression', type: anyType }],
    result: boolType,
    call: refuse,
  }),
  defineFunction({
    name: 'convert',
    doc: 'Converts a value to a type, which is written as in a variable: list(string).',
    parameters: [
      { name: 'value', type: anyType, nullable: true },
      { name: 'type', type: anyType },
    ],
    result: anyType,
    call: refuse,
  }),
];

/** Reached only when something other than the evaluator calls one. */
function refuse(): Value {
  throw new FunctionFailure('This function can only be called in an expression.');
}
