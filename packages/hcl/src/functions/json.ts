import { JsonFailure, jsonToValue, NotJson, valueToJson } from '../value/json.ts';
import { anyType, stringType } from '../value/type.ts';
import { isWhollyKnown, stringValue, unknownValue, type Value } from '../value/value.ts';
import { argumentAt, textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { anyParameter, stringParameter } from './parameter.ts';

/** `jsonencode` and `jsondecode`. */
export const jsonFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'jsonencode',
    doc: 'Writes the value as JSON, on one line, keys in order.',
    parameters: [anyParameter('value', { nullable: true })],
    result: stringType,
    call: (args) => {
      const value = argumentAt(args, 0);
      if (!isWhollyKnown(value)) return unknownValue(stringType);
      return stringValue(jsonText(value, 0));
    },
  }),
  defineFunction({
    name: 'jsondecode',
    doc: 'Reads a value written as JSON.',
    parameters: [stringParameter('json')],
    result: anyType,
    call: (args) => {
      try {
        return jsonToValue(textAt(args, 0));
      } catch (error) {
        if (!(error instanceof JsonFailure)) throw error;
        throw new FunctionFailure(`This is no JSON: ${error.message}.`, 0);
      }
    },
  }),
];

/**
 * The value as JSON with `<`, `>` and `&` escaped, as Go writes it. Throws `FunctionFailure`, which blames
 * the argument, for an infinite number.
 */
export function jsonText(value: Value, argument: number): string {
  try {
    return valueToJson(value, { escapeHtml: true });
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new FunctionFailure(
      'There is an infinite number in it, for which JSON has no form.',
      argument,
    );
  }
}
