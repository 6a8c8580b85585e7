import { type GoValue, isNothing, typeName } from './value.ts';

/** What a parameter takes: Go converts nothing here, an int is no string. */
export type ParameterType = 'string' | 'int' | 'any';

/** A function that templates can call. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** The last parameter may be left out or repeated. */
  readonly variadic?: true;
  /** Gets arguments of the declared types. What it throws ends up in the message. */
  call(...args: readonly GoValue[]): GoValue;
}

/** A function of strings that gives a string. */
export function stringFunction(
  count: number,
  call: (...args: readonly string[]) => string,
): TemplateFunction {
  return {
    parameters: Array.from({ length: count }, () => 'string' as const),
    call: (...args) => call(...(args as readonly string[])),
  };
}

/** Why `value` can't be an argument of this type, or nothing when it can. */
export function argumentProblem(type: ParameterType, value: GoValue): string | undefined {
  if (type === 'any') {
    return undefined;
  }
  if (isNothing(value)) {
    return `invalid value; expected ${type}`;
  }
  const given = typeName(value);
  return given === type ? undefined : `wrong type for value; expected ${type}; got ${given}`;
}

/** Why a function can't be called with so many arguments, or nothing when it can. */
export function countProblem(
  name: string,
  { parameters, variadic }: TemplateFunction,
  count: number,
): string | undefined {
  const fixed = variadic ? parameters.length - 1 : parameters.length;
  if (variadic ? count < fixed : count !== fixed) {
    const want = variadic ? `at least ${fixed}` : fixed;
    return `wrong number of args for ${name}: want ${want} got ${count}`;
  }
  return undefined;
}

/** The type of the argument at `index`. */
export function parameterType({ parameters }: TemplateFunction, index: number): ParameterType {
  return parameters[Math.min(index, parameters.length - 1)] ?? 'any';
}
