import type { ObjectType, Type } from '../value/type.ts';
import { typeName } from '../value/type-name.ts';
import { unify } from '../value/unify.ts';
import { articled, plural } from './problem.ts';

/**
 * One difference because of which the two sides of a conditional cannot have one type, as a sentence
 * without full stop; as deep inside as it is.
 */
export function branchMismatch(then: Type, other: Type): string {
  const reason = mismatchInside(then, other);
  if (reason !== undefined) return reason;
  const [first, second] = [typeName(then), typeName(other)];
  if (first !== second)
    return `The first result is ${articled(first)}, the second ${articled(second)}`;
  return 'Something deep inside one result is of a type that does not go with its counterpart';
}

function mismatchInside(then: Type, other: Type): string | undefined {
  if (then.kind === 'object' && other.kind === 'object') return objectMismatch(then, other);
  if (then.kind === 'tuple' && other.kind === 'tuple') {
    return tupleMismatch(then.elements, other.elements);
  }
  if (!('element' in then && 'element' in other) || then.kind !== other.kind) return undefined;
  const inside = mismatchInside(then.element, other.element);
  return inside && `The elements of the two ${then.kind}s differ. ${inside}`;
}

function objectMismatch(then: ObjectType, other: ObjectType): string | undefined {
  const names = new Set([...then.attributes.keys(), ...other.attributes.keys()]);
  for (const name of [...names].sort()) {
    const [first, second] = [then.attributes.get(name), other.attributes.get(name)];
    if (second === undefined) return `Only the first result has the attribute "${name}"`;
    if (first === undefined) return `Only the second result has the attribute "${name}"`;
    if (!isSame(first, second))
      return `The attribute "${name}" differs. ${branchMismatch(first, second)}`;
  }
  return undefined;
}

function tupleMismatch(then: readonly Type[], other: readonly Type[]): string | undefined {
  if (then.length !== other.length) {
    return `The first result has ${plural(then.length, 'element')}, the second ${other.length}`;
  }
  for (const [index, first] of then.entries()) {
    const second = other[index] as Type;
    if (!isSame(first, second)) return `Element ${index} differs. ${branchMismatch(first, second)}`;
  }
  return undefined;
}

function isSame(first: Type, second: Type): boolean {
  return unify([first, second]) !== undefined;
}
