import type { Command, Expression, IdentifierExpression, Pipeline, Place } from './ast.ts';
import type { Evaluator } from './evaluator.ts';
import {
  argumentProblem,
  countProblem,
  type ParameterType,
  parameterType,
  type TemplateFunction,
} from './function.ts';
import { entryOf, type GoValue, isMap, isTrue, typeName } from './value.ts';

/** The result of the command before, which becomes the last argument; nothing for the first command. */
type Piped = { readonly value: GoValue } | undefined;

/** Gives a pipeline's value and sets the variables that it declares or assigns. */
export function evaluatePipeline(evaluator: Evaluator, pipeline: Pipeline, dot: GoValue): GoValue {
  let piped: Piped;
  for (const command of pipeline.commands) {
    const value = evaluateCommand(evaluator, command, dot, piped);
    piped = { value: value ?? undefined };
  }
  for (const name of pipeline.variables) {
    if (pipeline.assigns) {
      evaluator.assign(name, piped?.value);
    } else {
      evaluator.declare(name, piped?.value);
    }
  }
  return piped?.value;
}

function evaluateCommand(
  evaluator: Evaluator,
  command: Command,
  dot: GoValue,
  piped: Piped,
): GoValue {
  const { first, args } = command;
  if (first.kind === 'identifier') {
    return callFunction(evaluator, first, command, args, dot, piped);
  }
  const hasArguments = args.length > 0 || piped !== undefined;
  if (hasArguments) {
    throw notFunction(evaluator, first);
  }
  if (first.kind === 'nil') {
    throw evaluator.failure(first, 'nil is not a command');
  }
  return evaluateExpression(evaluator, first, dot);
}

function notFunction(evaluator: Evaluator, first: Expression): Error {
  const field = 'path' in first ? first.path.at(-1) : undefined;
  return evaluator.failure(
    first,
    field === undefined
      ? `can't give argument to non-function ${evaluator.sourceOf(first)}`
      : `${field} is not a method but has arguments`,
  );
}

function evaluateExpression(evaluator: Evaluator, expression: Expression, dot: GoValue): GoValue {
  switch (expression.kind) {
    case 'pipeline':
      return evaluatePipeline(evaluator, expression, dot);
    case 'field':
      return follow(evaluator, expression, dot, expression.path);
    case 'variable':
      return follow(
        evaluator,
        expression,
        evaluator.variable(expression.name, expression),
        expression.path,
      );
    case 'chain':
      if (expression.base.kind === 'nil') {
        const text = evaluator.sourceOf(expression);
        throw evaluator.failure(expression, `indirection through explicit nil in ${text}`);
      }
      return follow(
        evaluator,
        expression,
        evaluateExpression(evaluator, expression.base, dot),
        expression.path,
      );
    case 'identifier':
      return callFunction(evaluator, expression, expression, [], dot, undefined);
    case 'literal':
      return expression.value;
    case 'dot':
      return dot;
    default:
      return null;
  }
}

/** Walks `.A.B` from a value. What is missing stays missing all the way; nil can't be looked into. */
function follow(
  evaluator: Evaluator,
  place: Place,
  start: GoValue,
  path: readonly string[],
): GoValue {
  let value = start;
  for (const [index, field] of path.entries()) {
    if (value === undefined) {
      return undefined;
    }
    if (value === null) {
      throw evaluator.failure(place, `nil pointer evaluating interface {}.${field}`);
    }
    if (!isMap(value)) {
      const type = index === 0 ? typeName(value) : 'interface {}';
      throw evaluator.failure(place, `can't evaluate field ${field} in type ${type}`);
    }
    value = entryOf(value, field);
  }
  return value;
}

function callFunction(
  evaluator: Evaluator,
  identifier: IdentifierExpression,
  call: Place,
  args: readonly Expression[],
  dot: GoValue,
  piped: Piped,
): GoValue {
  const { name } = identifier;
  if (name === 'and' || name === 'or') {
    return evaluateLogic(evaluator, identifier, args, dot, piped);
  }
  const definition = evaluator.functions[name] as TemplateFunction;
  const count = args.length + (piped === undefined ? 0 : 1);
  const wrongCount = countProblem(name, definition, count);
  if (wrongCount !== undefined) {
    throw evaluator.failure(identifier, wrongCount);
  }
  const values = args.map((arg, index) =>
    evaluateArgument(evaluator, arg, dot, parameterType(definition, index)),
  );
  if (piped !== undefined) {
    const problem = argumentProblem(parameterType(definition, args.length), piped.value);
    if (problem !== undefined) {
      throw evaluator.failure(args.at(-1) ?? identifier, problem);
    }
    values.push(piped.value);
  }
  try {
    return definition.call(...values);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw evaluator.failure(call, `error calling ${name}: ${message}`, error);
  }
}

/** `and` and `or` give the first argument that settles it, and do not look at those after it. */
function evaluateLogic(
  evaluator: Evaluator,
  { name, ...place }: IdentifierExpression,
  args: readonly Expression[],
  dot: GoValue,
  piped: Piped,
): GoValue {
  if (args.length === 0 && piped === undefined) {
    throw evaluator.failure(place, `wrong number of args for ${name}: want at least 1 got 0`);
  }
  let value: GoValue;
  for (const arg of args) {
    value = evaluateArgument(evaluator, arg, dot, 'any');
    if (isTrue(value) === (name === 'or')) {
      return value;
    }
  }
  return piped === undefined ? value : piped.value;
}

function evaluateArgument(
  evaluator: Evaluator,
  arg: Expression,
  dot: GoValue,
  type: ParameterType,
): GoValue {
  if (arg.kind === 'nil' && type !== 'any') {
    throw evaluator.failure(arg, `cannot assign nil to ${type}`);
  }
  const value = evaluateExpression(evaluator, arg, dot);
  const problem = argumentProblem(type, value);
  if (problem === undefined) {
    return value;
  }
  if (arg.kind === 'literal') {
    const wanted = type === 'int' ? 'integer' : type;
    throw evaluator.failure(arg, `expected ${wanted}; found ${evaluator.sourceOf(arg)}`);
  }
  throw evaluator.failure(arg, problem);
}
