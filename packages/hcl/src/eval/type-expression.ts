import { Diagnostics } from '../diagnostic.ts';
import type { Expression } from '../syntax/ast.ts';
import { anyType } from '../value/type.ts';
import { evaluate } from './evaluate.ts';
import { emptyScope } from './scope.ts';
import { readType, type TypeConstraint } from './type-constraint.ts';

export type { TypeConstraint } from './type-constraint.ts';

/**
 * Reads the type of a variable, such as `list(object({ name = string, size = optional(number, 8) }))`.
 * Mistakes are reported, and the type is then `any`: values that do not fit say nothing.
 */
export function typeFromExpression(
  expression: Expression,
  diagnostics: Diagnostics,
): TypeConstraint {
  const found = new Diagnostics();
  const constraint = readType(expression, {
    diagnostics: found,
    evaluate: (constant, each) => evaluate(constant, emptyScope, each),
  });
  diagnostics.add(...found.list);
  return found.hasErrors ? { type: anyType } : constraint;
}
