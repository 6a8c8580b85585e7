import type { FunctionCall } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { applyDefaults } from '../value/defaults.ts';
import { boolType } from '../value/type.ts';
import {
  boolValue,
  containsSensitive,
  isWhollyKnown,
  markSensitive,
  unknownValue,
  type Value,
} from '../value/value.ts';
import type { Argument } from './arguments.ts';
import * as messages from './call-messages.ts';
import { discreet } from './discretion.ts';
import { type Evaluation, evaluatePart, fail } from './evaluation.ts';
import { emptyScope } from './scope.ts';
import { readType } from './type-constraint.ts';

/** Calls one of `specialFunctions`; the number of arguments has been checked. */
export function callSpecial(
  name: string,
  node: FunctionCall,
  args: readonly Argument[],
  at: Evaluation,
): Value {
  const [first, second] = args;
  if (name === 'convert' && first && second) return callConvert(node, first, second, at);
  if (name === 'can' && first) return callCan(first);
  return callTry(node, args, at);
}

function callTry(node: FunctionCall, args: readonly Argument[], at: Evaluation): Value {
  const problems: string[] = [];
  for (const arg of args) {
    const { value, diagnostics } = arg.attempt();
    if (diagnostics.hasErrors) {
      problems.push(...diagnostics.list.map(({ summary, detail }) => `${summary}: ${detail}`));
    } else if (isWhollyKnown(value)) return value;
    else {
      // Once it is known it may turn out to be a mistake, and then another would be chosen.
      return containsSensitive(value) ? markSensitive(unknownValue()) : unknownValue();
    }
  }
  return fail(at, messages.nothingSucceeded(node, problems), node);
}

function callCan(arg: Argument): Value {
  const { value, diagnostics } = arg.attempt();
  if (diagnostics.hasErrors) return boolValue(false);
  return isWhollyKnown(value) ? boolValue(true) : unknownValue(boolType);
}

function callConvert(node: FunctionCall, value: Argument, wanted: Argument, at: Evaluation): Value {
  const before = at.diagnostics.list.length;
  const { type, defaults } = readType(wanted.expression, {
    diagnostics: at.diagnostics,
    evaluate: (constant, diagnostics) =>
      evaluatePart(constant, { ...at, diagnostics, scope: emptyScope }),
  });
  const given = value.value();
  if (at.diagnostics.list.length > before) return unknownValue();
  try {
    return convert(applyDefaults(given, defaults), type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    const failure = discreet(error, [given]);
    const problem = messages.invalidArgument(node, { name: 'value' }, value.expression, failure);
    return fail(at, problem, value.expression);
  }
}
