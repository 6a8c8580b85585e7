import { anyType, listOf, numberType, stringType, type Type } from '../value/type.ts';
import type { Parameter } from './define-function.ts';

/** What a parameter lets through to the function itself; see `Parameter`. */
export type ParameterFlags = Pick<Parameter, 'nullable' | 'takesUnknown' | 'takesMarks'>;

/** A parameter that arguments are converted to a string for. */
export function stringParameter(name: string, flags: ParameterFlags = {}): Parameter {
  return { name, type: stringType, ...flags };
}

/** A parameter that arguments are converted to a number for. */
export function numberParameter(name: string, flags: ParameterFlags = {}): Parameter {
  return { name, type: numberType, ...flags };
}

/** A parameter that arguments are converted to a list for, of one element type (`any`: their common type). */
export function listParameter(
  name: string,
  element: Type = anyType,
  flags: ParameterFlags = {},
): Parameter {
  return { name, type: listOf(element), ...flags };
}

/** A parameter that takes arguments as they are; the function looks at their kinds. */
export function anyParameter(name: string, flags: ParameterFlags = {}): Parameter {
  return { name, type: anyType, ...flags };
}
