import type { Range } from '../range.ts';
import type { Expression } from '../syntax/ast.ts';
import { ConversionFailure, convert, showPath } from '../value/convert.ts';
import type { Type } from '../value/type.ts';
import { containsSensitive, type Value } from '../value/value.ts';
import { partOf } from './part-of.ts';

/** What does not fit a type: where it stands, and why not. */
export interface Misfit {
  readonly range: Range;
  /** No full stop. */
  readonly why: string;
}

/**
 * Finds the part of an expression that conversion of its value to a type failed at: as far down as lists
 * and objects are written out; the rest of the way is told in words. The way into a secret, whose keys
 * are secrets too, is not told.
 */
export function misfit(
  expression: Expression,
  value: Value,
  type: Type,
  failure: ConversionFailure,
): Misfit {
  for (const [step, part, wanted] of partsOf(value, type)) {
    const inner = partOf(expression, step);
    const reason = inner && failureOf(part, wanted);
    if (reason !== undefined && inner !== undefined) return misfit(inner, part, wanted, reason);
  }
  const { path, message } = failure;
  const place = path.length === 0 || containsSensitive(value) ? '' : `at ${showPath(path)}, `;
  return { range: expression.range, why: place + message };
}

/** The elements of a value, each with what it is to become; none where that depends on the others. */
function partsOf(value: Value, type: Type): readonly (readonly [string | number, Value, Type])[] {
  const wanted = (step: string | number): Type | undefined => {
    if ('element' in type) return type.element.kind === 'any' ? undefined : type.element;
    if (type.kind === 'object') return type.attributes.get(String(step));
    return type.kind === 'tuple' ? type.elements[Number(step)] : undefined;
  };
  const parts: readonly (readonly [string | number, Value])[] =
    'entries' in value ? [...value.entries] : 'items' in value ? [...value.items.entries()] : [];
  return parts.flatMap(([step, part]) => {
    const element = wanted(step);
    return element === undefined ? [] : [[step, part, element] as const];
  });
}

function failureOf(value: Value, type: Type): ConversionFailure | undefined {
  try {
    convert(value, type);
    return undefined;
  } catch (error) {
    if (error instanceof ConversionFailure) return error;
    throw error;
  }
}
