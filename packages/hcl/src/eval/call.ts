import {
  type FunctionContext,
  FunctionFailure,
  type HclFunction,
  type Parameter,
} from '../functions/define-function.ts';
import type { FunctionCall } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { withoutMarks } from '../value/set.ts';
import type { Type } from '../value/type.ts';
import {
  containsSensitive,
  markSensitive,
  typeOf,
  unknownNotNull,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { type Argument, expandArguments } from './arguments.ts';
import * as messages from './call-messages.ts';
import { discreet } from './discretion.ts';
import { type Evaluation, fail } from './evaluation.ts';
import { functionContextOf, functionsOf } from './scope.ts';
import { callSpecial } from './special-call.ts';
import { specialFunctions } from './special-functions.ts';

/** `name(a, b...)` */
export function evaluateCall(node: FunctionCall, at: Evaluation): Value {
  const table = functionsOf(at.scope);
  if (table === undefined) return fail(at, messages.callsNotAllowed(node));
  const callee = table.get(node.name.name);
  if (callee === undefined) return fail(at, messages.unknownFunction(node, table.names()));
  const args = expandArguments(node, at);
  if (args === undefined || !isRightCount(node, callee, args, at)) return unknownValue();
  if (specialFunctions.includes(callee)) return callSpecial(callee.name, node, args, at);
  const values = args.map((arg, index) => argumentFor(callee, index, arg, node, at));
  const given = values.filter((value) => value !== undefined);
  return given.length === values.length ? call(callee, given, args, node, at) : unknownValue();
}

function isRightCount(
  node: FunctionCall,
  callee: HclFunction,
  args: readonly Argument[],
  at: Evaluation,
): boolean {
  const missing = callee.parameters[args.length];
  if (missing !== undefined) {
    fail(at, messages.notEnoughArguments(node, callee, missing));
    return false;
  }
  const extra = args.slice(callee.parameters.length);
  if (extra.length === 0 || callee.variadic !== undefined) return true;
  fail(
    at,
    messages.tooManyArguments(
      node,
      callee,
      extra.map((arg) => arg.expression),
    ),
  );
  return false;
}

/** The argument as the parameter wants it; `undefined` when something was reported. */
function argumentFor(
  callee: HclFunction,
  index: number,
  arg: Argument,
  node: FunctionCall,
  at: Evaluation,
): Value | undefined {
  const before = at.diagnostics.list.length;
  const value = arg.value();
  if (at.diagnostics.list.length > before) return undefined;
  const parameter = parameterAt(callee, index);
  try {
    const converted = convert(value, parameter.type);
    if (converted.kind !== 'null' || parameter.nullable) return converted;
    fail(at, messages.nullArgument(node, parameter, arg.expression), arg.expression);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(at, messages.invalidArgument(node, parameter, arg.expression, error), arg.expression);
  }
  return undefined;
}

function call(
  callee: HclFunction,
  given: readonly Value[],
  args: readonly Argument[],
  node: FunctionCall,
  at: Evaluation,
): Value {
  const parameters = given.map((_, index) => parameterAt(callee, index));
  const isSecret = given.some(
    (value, index) => !parameters[index]?.takesMarks && containsSensitive(value),
  );
  const values = given.map((value, index) =>
    parameters[index]?.takesMarks ? value : withoutMarks(value),
  );
  const isUnknown = values.some(
    (value, index) => value.kind === 'unknown' && !parameters[index]?.takesUnknown,
  );
  try {
    const context = functionContextOf(at.scope) ?? noContext;
    const found = isUnknown ? unknownResult(callee, values) : callee.call(values, context);
    const result = callee.mayBeNull ? found : neverNull(found);
    // An argument that handles its own mark has none to hand on when the function is not called.
    return isSecret || (isUnknown && given.some(containsSensitive))
      ? markSensitive(result)
      : result;
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    return refused(discreet(error, given), parameters, args, node, at);
  }
}

function neverNull(value: Value): Value {
  return value.kind === 'unknown' ? withMarksOf(unknownNotNull(value.type), value) : value;
}

function refused(
  failure: FunctionFailure,
  parameters: readonly Parameter[],
  args: readonly Argument[],
  node: FunctionCall,
  at: Evaluation,
): Value {
  const index = failure.argument ?? -1;
  const [parameter, arg] = [parameters[index], args[index]];
  if (parameter === undefined || arg === undefined) {
    return fail(at, messages.functionFailed(node, failure), node);
  }
  const problem = messages.invalidArgument(node, parameter, arg.expression, failure);
  return fail(at, problem, arg.expression);
}

function unknownResult(callee: HclFunction, values: readonly Value[]): Value {
  return unknownValue(resultType(callee, values));
}

/** With nothing at all known of an argument, neither is anything of a result whose type depends on it. */
function resultType({ result }: HclFunction, values: readonly Value[]): Type {
  if (typeof result !== 'function') return result;
  const untyped = values.find((value) => value.kind === 'unknown' && value.type.kind === 'any');
  return untyped === undefined ? result(values) : typeOf(untyped);
}

function parameterAt(callee: HclFunction, index: number): Parameter {
  return (callee.parameters[index] ?? callee.variadic) as Parameter;
}

/** For expressions that stand in no template, such as those of a unit test. */
const noContext: FunctionContext = {
  baseDir: '.',
  workingDir: '.',
  startTime: new Date(),
  environment: {},
  renderTemplate: () => {
    throw new FunctionFailure('Templates cannot be rendered here.');
  },
  askService: () => {
    throw new FunctionFailure('Services cannot be asked here.');
  },
};
