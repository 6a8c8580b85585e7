import type { ObjectType, Type } from './type.ts';

/**
 * The types from the most to the least preferable as the result of unification: string before other
 * primitives, list before tuple before set, map before object, as far as one can be compared with another; otherwise
 * earlier ones first.
 */
export function preferenceOrder(types: readonly Type[]): readonly Type[] {
  const left = types.map((type, index) => ({ type, index, blockers: 0 }));
  const after = left.map((a) => left.filter((b) => isBefore(a, b)));
  for (const followers of after) for (const follower of followers) follower.blockers += 1;
  // Breadth first, as cty does: the order among equals is visible in the result.
  const queue = left.filter((entry) => entry.blockers === 0);
  for (const entry of queue) {
    for (const follower of after[entry.index] as typeof left) {
      follower.blockers -= 1;
      if (follower.blockers === 0) queue.push(follower);
    }
  }
  return queue.map((entry) => entry.type);
}

interface Candidate {
  readonly type: Type;
  readonly index: number;
}

/** Pairs are compared with the earlier one first, since the comparison is not symmetric everywhere. */
function isBefore(a: Candidate, b: Candidate): boolean {
  return a.index < b.index ? compare(a.type, b.type) < 0 : compare(b.type, a.type) > 0;
}

/** Negative when `a` is preferable, positive when `b` is, 0 when neither. */
function compare(a: Type, b: Type): number {
  if (a.kind === 'any' || b.kind === 'any')
    return Number(a.kind === 'any') - Number(b.kind === 'any');
  if (isPrimitive(a) && isPrimitive(b)) {
    return Number(b.kind === 'string') - Number(a.kind === 'string');
  }
  if (a.kind === 'object' && b.kind === 'object') return compareObjects(a, b);
  if (a.kind === 'tuple' && b.kind === 'tuple') return compareTuples(a.elements, b.elements);
  if ('element' in a && 'element' in b && a.kind === b.kind) return compare(a.element, b.element);
  return compareKinds(a.kind, b.kind);
}

/** How general a kind is among those that it can stand for: a list for any tuple, a map for any object. */
const ranks: Readonly<Record<string, readonly [family: string, rank: number]>> = {
  list: ['sequence', 2],
  tuple: ['sequence', 1],
  set: ['sequence', 0],
  map: ['mapping', 1],
  object: ['mapping', 0],
};

function compareKinds(a: Type['kind'], b: Type['kind']): number {
  const [family, rank] = ranks[a] ?? [a, 0];
  const [otherFamily, otherRank] = ranks[b] ?? [b, 0];
  return family === otherFamily ? otherRank - rank : 0;
}

function compareObjects(a: ObjectType, b: ObjectType): number {
  if (a.attributes.size !== b.attributes.size) return 0;
  const orders: number[] = [];
  for (const [name, type] of a.attributes) {
    const other = b.attributes.get(name);
    if (other === undefined) return 0;
    orders.push(compare(type, other));
  }
  return agreed(orders);
}

function compareTuples(a: readonly Type[], b: readonly Type[]): number {
  if (a.length !== b.length) return 0;
  return agreed(a.map((element, index) => compare(element, b[index] as Type)));
}

/** The common direction of the parts; 0 when some point one way and some the other. */
function agreed(orders: readonly number[]): number {
  const isBefore = orders.some((order) => order < 0);
  const isAfter = orders.some((order) => order > 0);
  return Number(isAfter) - Number(isBefore);
}

function isPrimitive(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'number' || type.kind === 'bool';
}
