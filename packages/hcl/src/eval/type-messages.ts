import { over, type Range } from '../range.ts';
import type { Expression, FunctionCall } from '../syntax/ast.ts';
import type { ConversionFailure } from '../value/convert.ts';
import type { Type } from '../value/type.ts';
import { typeText } from '../value/type-name.ts';
import { hint, type Problem, problem, reason } from './problem.ts';

/** What the reading of a type can complain about. */

const typeWords = ['string', 'number', 'bool', 'any', 'list', 'set', 'map', 'object', 'tuple'];

const argumentOf = {
  list: 'the type of its elements, as in list(string)',
  set: 'the type of its elements, as in set(string)',
  map: 'the type of its elements, as in map(string)',
  object: 'its attributes with their types, as in object({ name = string })',
  tuple: 'the types of its elements, as in tuple([string, number])',
} as const;

export function notAType(expression: Expression): Problem {
  return invalidType(
    'A type is one of string, number, bool and any, or is made of others, as list(string) is. It is written without quotes.',
    expression.range,
  );
}

export function unknownType(name: string, subject: Range): Problem {
  return invalidType(`There is no type called "${name}".${hint(name, typeWords)}`, subject);
}

export function typeWithoutArgument(name: string, subject: Range): Problem {
  return invalidType(
    `The type ${name} needs ${argumentOf[name as keyof typeof argumentOf]}.`,
    subject,
  );
}

export function typeTakesNoArgument(call: FunctionCall): Problem {
  const subject = over(call.open, call.close);
  return invalidType(`The type ${call.name.name} takes no argument.`, subject, call.range);
}

export function wrongTypeArguments(call: FunctionCall): Problem {
  const extra = call.arguments.slice(1).map((argument) => argument.range);
  const subject = extra.reduce(over, extra[0] ?? over(call.open, call.close));
  const name = call.name.name;
  return invalidType(
    `The type ${name} takes one argument: ${argumentOf[name as keyof typeof argumentOf]}.`,
    subject,
    call.range,
  );
}

export function tupleNeedsList(call: FunctionCall, argument: Expression): Problem {
  const detail = `The type tuple takes ${argumentOf.tuple}.`;
  return invalidType(detail, argument.range, call.range);
}

export function objectNeedsMap(call: FunctionCall, argument: Expression): Problem {
  const detail = `The type object takes ${argumentOf.object}.`;
  return invalidType(detail, argument.range, call.range);
}

export function badAttributeName(key: Expression, call: FunctionCall): Problem {
  const detail = 'The name of an attribute must be a word, without quotes or parentheses.';
  return invalidType(detail, key.range, call.range);
}

export function duplicateAttribute(key: Expression, call: FunctionCall): Problem {
  const detail = 'This attribute has been declared before. Remove one of the two.';
  return invalidType(detail, key.range, call.range);
}

export function optionalOutsideObject(call: FunctionCall): Problem {
  const detail =
    'Only an attribute of an object can be optional(), as in object({ a = optional(string) }).';
  return invalidType(detail, call.name.range, call.range);
}

export function wrongOptionalArguments(call: FunctionCall): Problem {
  const detail =
    'optional() takes the type of the attribute and, if you like, a default: optional(number, 8).';
  return invalidType(detail, over(call.open, call.close), call.range);
}

export function invalidDefault(
  expression: Expression,
  type: Type,
  failure: ConversionFailure,
): Problem {
  const detail = `The default does not fit the type ${typeText(type)} of its attribute: ${reason(failure)}.`;
  return problem(
    'invalid-optional-default',
    'Invalid default value for optional attribute',
    detail,
    expression.range,
  );
}

function invalidType(detail: string, subject: Range, context?: Range): Problem {
  return problem('invalid-type', 'Invalid type specification', detail, subject, context);
}
