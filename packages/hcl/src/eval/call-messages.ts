import type { FunctionFailure, HclFunction, Parameter } from '../functions/define-function.ts';
import { over } from '../range.ts';
import type { Expression, FunctionCall } from '../syntax/ast.ts';
import type { ConversionFailure } from '../value/convert.ts';
import type { Type } from '../value/type.ts';
import { typeName } from '../value/type-name.ts';
import { articled, ended, hint, type Problem, plural, problem, reason } from './problem.ts';

/** What a function call can complain about. */

export function callsNotAllowed(node: FunctionCall): Problem {
  return problem(
    'calls-not-allowed',
    'Function calls not allowed',
    'Only literal values can be used here, no functions.',
    node.range,
  );
}

export function unknownFunction(node: FunctionCall, names: readonly string[]): Problem {
  const name = node.name.name;
  return problem(
    'unknown-function',
    'Call to unknown function',
    `There is no function named "${name}" here.${conversionAdvice(name) || hint(name, names)}`,
    node.name.range,
    node.range,
  );
}

/** Terraform's language has a function for each type, which people bring along. */
function conversionAdvice(name: string): string {
  const [, type] = /^to(number|string|bool|list|set|map)$/.exec(name) ?? [];
  if (type === undefined) return '';
  const wanted = ['list', 'set', 'map'].includes(type) ? `${type}(any)` : type;
  return ` Write convert(value, ${wanted}).`;
}

export function notEnoughArguments(
  node: FunctionCall,
  callee: HclFunction,
  missing: Parameter,
): Problem {
  const count = callee.parameters.length;
  const atLeast = callee.variadic === undefined ? '' : 'at least ';
  return problem(
    'not-enough-arguments',
    'Not enough function arguments',
    `${callee.name}() takes ${atLeast}${plural(count, 'argument')}, and "${missing.name}" is missing.`,
    node.close,
    node.range,
  );
}

export function tooManyArguments(
  node: FunctionCall,
  callee: HclFunction,
  extra: readonly Expression[],
): Problem {
  const ranges = extra.map((expression) => expression.range);
  return problem(
    'too-many-arguments',
    'Too many function arguments',
    `${callee.name}() takes only ${plural(callee.parameters.length, 'argument')}.`,
    ranges.reduce(over, ranges[0] ?? node.range),
    node.range,
  );
}

export function nullArgument(
  node: FunctionCall,
  parameter: Parameter,
  argument: Expression,
): Problem {
  return problem(
    'invalid-function-argument',
    'Invalid function argument',
    `The argument "${parameter.name}" of ${node.name.name}() must not be null.`,
    argument.range,
    node.range,
  );
}

export function invalidArgument(
  node: FunctionCall,
  parameter: Pick<Parameter, 'name'>,
  argument: Expression,
  failure: ConversionFailure | FunctionFailure,
): Problem {
  const why = 'path' in failure ? reason(failure) : failure.message;
  return problem(
    'invalid-function-argument',
    'Invalid function argument',
    `The argument "${parameter.name}" of ${node.name.name}() does not do: ${ended(why)}`,
    argument.range,
    node.range,
  );
}

export function functionFailed(node: FunctionCall, failure: FunctionFailure): Problem {
  return problem(
    'function-failed',
    'Error in function call',
    `${node.name.name}() failed: ${ended(failure.message)}`,
    node.range,
  );
}

export function nothingSucceeded(node: FunctionCall, problems: readonly string[]): Problem {
  const detail =
    problems.length === 0
      ? 'try() needs at least one expression to try.'
      : `None of the expressions could be evaluated; at least the last one should be. ${problems.join(' ')}`;
  return problem('function-failed', 'Error in function call', detail, node.range);
}

export function expandNull(node: FunctionCall, argument: Expression): Problem {
  return invalidExpansion(node, argument, 'null');
}

export function expandNotList(node: FunctionCall, argument: Expression, type: Type): Problem {
  return invalidExpansion(node, argument, articled(typeName(type)));
}

function invalidExpansion(node: FunctionCall, argument: Expression, what: string): Problem {
  return problem(
    'invalid-expanding-argument',
    'Invalid expanding argument value',
    `The argument before "..." must be a list, set or tuple, and this is ${what}.`,
    argument.range,
    node.range,
  );
}
