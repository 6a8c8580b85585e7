import type { Expression } from '../syntax/ast.ts';
import { literalKey } from './references.ts';

/**
 * The expression of one element of a list or object that is written out: by index or by key. `undefined`
 * where it is not written out, or has no such element.
 */
export function partOf(expression: Expression, step: string | number): Expression | undefined {
  if (expression.kind === 'parentheses') return partOf(expression.inner, step);
  if (expression.kind === 'tuple' && typeof step === 'number') return expression.items[step];
  if (expression.kind !== 'object') return undefined;
  return expression.items.findLast(({ key }) => keyOf(key) === step)?.value;
}

function keyOf(key: Expression): string | undefined {
  if (key.kind === 'variable') return key.name;
  const value = literalKey(key);
  return value?.kind === 'string' ? value.value : undefined;
}
