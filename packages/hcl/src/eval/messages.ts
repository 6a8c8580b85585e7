import { over, type Range, textOf } from '../range.ts';
import type { Expression, NumberLiteral, Variable } from '../syntax/ast.ts';
import type { ConversionFailure } from '../value/convert.ts';
import type { Type } from '../value/type.ts';
import { typeName } from '../value/type-name.ts';
import { containsSensitive, typeOf, type Value } from '../value/value.ts';
import { branchMismatch } from './branch-mismatch.ts';
import { articled, hint, kindOf, type Problem, problem, reason } from './problem.ts';

/** What names, operators, conditionals, loops and templates can complain about. */

export function numberTooLarge(node: NumberLiteral): Problem {
  return problem(
    'number-too-large',
    'Invalid number literal',
    'The exponent of this number is too large to work with. Use one below a million.',
    node.range,
  );
}

export function variablesNotAllowed(node: Variable): Problem {
  return problem(
    'variables-not-allowed',
    'Variables not allowed',
    `There are no variables here, so "${node.name}" stands for nothing. If it is meant as text, put it in quotes.`,
    node.range,
  );
}

export function unknownVariable(node: Variable, names: readonly string[]): Problem {
  return problem(
    'unknown-variable',
    'Unknown variable',
    `There is no variable named "${node.name}" here.${hint(node.name, names)}`,
    node.range,
  );
}

export function ambiguousKey(key: Expression): Problem {
  return problem(
    'ambiguous-attribute-key',
    'Ambiguous attribute key',
    `A key with a dot can mean two things. Write (${textOf(key.range)}) for the value of the reference, or "${textOf(key.range)}" for a name with a dot in it.`,
    key.range,
  );
}

export function nullKey(key: Expression): Problem {
  return problem(
    'null-key',
    'Null value as key',
    'The key of an attribute must be text, and this one is null.',
    key.range,
  );
}

export function wrongKeyType(key: Expression, value: Value): Problem {
  return problem(
    'incorrect-key-type',
    'Incorrect key type',
    `The key of an attribute must be text, and this one is ${kindOf(value)}.`,
    key.range,
  );
}

export function nullOperand(operand: Expression, operator: string): Problem {
  return problem(
    'null-operand',
    'Operation failed',
    `The operator "${operator}" cannot work on null. Use coalesce() or a condition to give a value in its place.`,
    operand.range,
  );
}

export function noSuchNumber(node: Expression, why: string): Problem {
  return problem('operation-failed', 'Operation failed', `This has no result: ${why}.`, node.range);
}

export function invalidOperand(
  operand: Expression,
  value: Value,
  wanted: Type,
  failure: ConversionFailure,
): Problem {
  return problem(
    'invalid-operand',
    'Invalid operand',
    `The operator works on ${articled(typeName(wanted))}, and this is ${kindOf(value)}: ${reason(failure)}.`,
    operand.range,
  );
}

export function inconsistentBranches(
  whole: Range,
  then: { readonly value: Value; readonly range: Range },
  other: { readonly value: Value; readonly range: Range },
): Problem {
  const isSecret = containsSensitive(then.value) || containsSensitive(other.value);
  const mismatch = isSecret
    ? 'They are sensitive, so how they differ is not shown'
    : branchMismatch(typeOf(then.value), typeOf(other.value));
  return problem(
    'inconsistent-conditional-types',
    'Inconsistent conditional result types',
    `Both results of a conditional must be of one type. ${mismatch}.`,
    over(then.range, other.range),
    whole,
  );
}

export function nullCondition(condition: Expression, whole: Range): Problem {
  return problem(
    'null-condition',
    'Null condition',
    'The condition is null. It must be true or false.',
    condition.range,
    whole,
  );
}

export function wrongConditionType(condition: Expression, whole: Range, value: Value): Problem {
  return problem(
    'incorrect-condition-type',
    'Incorrect condition type',
    `The condition is ${kindOf(value)}. It must be true or false.`,
    condition.range,
    whole,
  );
}

export function wrongBranchType(subject: Range, whole: Range, failure: ConversionFailure): Problem {
  return problem(
    'inconsistent-conditional-types',
    'Inconsistent conditional result types',
    `This result cannot be brought to the type of the other one: ${reason(failure)}.`,
    subject,
    whole,
  );
}

export function iterationOverNull(collection: Expression, whole: Range): Problem {
  return problem(
    'iteration-over-null',
    'Iteration over null value',
    'A for needs a collection to go over, and this is null.',
    collection.range,
    whole,
  );
}

export function notIterable(collection: Expression, whole: Range, type: Type): Problem {
  return problem(
    'not-iterable',
    'Iteration over non-iterable value',
    `A for needs a collection to go over, and this is ${articled(typeName(type))}.`,
    collection.range,
    whole,
  );
}

export function duplicateKey(key: Expression, whole: Range, text: string | undefined): Problem {
  const which = text === undefined ? 'same key' : `key "${text}"`;
  return problem(
    'duplicate-object-key',
    'Duplicate object key',
    `Two elements give the ${which}. If that is meant, write ... after the value: then all values of a key are gathered in a list.`,
    key.range,
    whole,
  );
}

export function nullForCondition(condition: Expression, whole: Range): Problem {
  return problem(
    'invalid-for-condition',
    "Invalid 'for' condition",
    'The condition after "if" is null. It must be true or false.',
    condition.range,
    whole,
  );
}

export function wrongForCondition(condition: Expression, whole: Range, value: Value): Problem {
  return problem(
    'invalid-for-condition',
    "Invalid 'for' condition",
    `The condition after "if" is ${kindOf(value)}. It must be true or false.`,
    condition.range,
    whole,
  );
}

export function nullForKey(key: Expression, whole: Range): Problem {
  return problem(
    'invalid-object-key',
    'Invalid object key',
    'The key is null for one of the elements. It must be text.',
    key.range,
    whole,
  );
}

export function wrongForKey(key: Expression, whole: Range, value: Value): Problem {
  return problem(
    'invalid-object-key',
    'Invalid object key',
    `The key is ${kindOf(value)} for one of the elements. It must be text.`,
    key.range,
    whole,
  );
}

export function nullInTemplate(part: Expression, whole: Range): Problem {
  return problem(
    'invalid-template-value',
    'Invalid template interpolation value',
    'This is null, which cannot become part of a text. Use coalesce() or a condition to give text in its place.',
    part.range,
    whole,
  );
}

export function notTextInTemplate(part: Expression, whole: Range, value: Value): Problem {
  return problem(
    'invalid-template-value',
    'Invalid template interpolation value',
    `This is ${kindOf(value)}, which cannot become part of a text as it is. Use jsonencode(), join() or the like, or choose one of its parts.`,
    part.range,
    whole,
  );
}
