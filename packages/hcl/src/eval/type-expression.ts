import type { Diagnostics } from '../diagnostic.ts';
import type { Expression } from '../syntax/ast.ts';
import { evaluate } from './evaluate.ts';
import { emptyScope } from './scope.ts';
import { readType, type TypeConstraint } from './type-constraint.ts';

export type { TypeConstraint } from './type-constraint.ts';

/**
 * Reads the type of a variable, such as `list(object({ name = string, size = optional(number, 8) }))`.
 * Mistakes are reported; what could not be read is `any`.
 */
export function typeFromExpression(
  expression: Expression,
  diagnostics: Diagnostics,
): TypeConstraint {
  return readType(expression, {
    diagnostics,
    evaluate: (constant, found) => evaluate(constant, emptyScope, found),
  });
}
