import { remembered } from '../remembered.ts';
import { type ObjectType, objectOf, sameType, type Type, tupleOf } from './type.ts';
import { preferenceOrder } from './type-order.ts';

/**
 * Which conversions count: `safe` ones cannot fail on any value of the type, `unsafe` ones may, such as
 * string to number.
 */
export type Safety = 'safe' | 'unsafe';

/**
 * True when values of type `from` can be converted to `to`; with `unsafe` (the default, and what the
 * language does everywhere) some of them may still fail, for instance the string "x" to number.
 */
export function canConvert(from: Type, to: Type, safety: Safety = 'unsafe'): boolean {
  if (to.kind === 'any' || sameType(from, withoutOptional(to))) return true;
  if (from.kind === 'any') return safety === 'unsafe';
  switch (to.kind) {
    case 'string':
      return from.kind === 'number' || from.kind === 'bool';
    case 'number':
    case 'bool':
      return safety === 'unsafe' && from.kind === 'string';
    case 'list':
    case 'set':
      return canConvertToSequence(from, to, safety);
    case 'map':
      return canConvertToMap(from, to.element, safety);
    case 'object':
      return canConvertToObject(from, to, safety);
    default:
      return (
        from.kind === 'tuple' &&
        from.elements.length === to.elements.length &&
        from.elements.every((element, index) =>
          canConvert(element, to.elements[index] as Type, safety),
        )
      );
  }
}

/**
 * The one type that values of all the types can be converted to, as cty's unification finds it: string
 * when primitives differ, a list when tuples differ in length, a map when objects differ in names.
 * `undefined` when there is none, or no types.
 */
export function unify(given: readonly Type[], safety: Safety = 'unsafe'): Type | undefined {
  const types = distinct(given);
  if (types.length <= 1) return types[0];
  const kinds = new Set(types.map((type) => type.kind));
  const hasAny = kinds.delete('any');
  const structural = unifyStructural(types, kinds, hasAny, safety);
  if (structural !== 'undecided') return structural;
  return preferenceOrder(types).find((wanted) =>
    types.every((type) => sameType(type, wanted) || canConvert(type, wanted, safety)),
  );
}

/** The type of the elements of a list or set made of such parts, when `wanted` may be `any`; `undefined` when they have none in common. */
export function commonElement(
  parts: readonly Type[],
  wanted: Type,
  safety: Safety = 'unsafe',
): Type | undefined {
  if (wanted.kind !== 'any') return wanted;
  const common = unify(parts, safety);
  // One type of which nothing is known will only do when nothing is known of any part.
  const isSettled = common?.kind !== 'any' || parts.every((part) => part.kind === 'any');
  return isSettled ? common : undefined;
}

/** The type with no attribute optional, at any depth: what values have. */
export function withoutOptional(type: Type): Type {
  if (!hasOptional(type)) return type;
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return { kind: type.kind, element: withoutOptional(type.element) };
    case 'tuple':
      return tupleOf(type.elements.map(withoutOptional));
    case 'object':
      return objectOf(
        new Map([...type.attributes].map(([name, each]) => [name, withoutOptional(each)])),
      );
    default:
      return type;
  }
}

const hasOptional = remembered((type: Type): boolean => {
  if ('element' in type) return hasOptional(type.element);
  if (type.kind === 'tuple') return type.elements.some(hasOptional);
  if (type.kind !== 'object') return false;
  return type.optional !== undefined || [...type.attributes.values()].some(hasOptional);
});

function canConvertToSequence(
  from: Type,
  to: { readonly kind: 'list' | 'set'; readonly element: Type },
  safety: Safety,
): boolean {
  if (from.kind === 'list' || from.kind === 'set') {
    // Order and duplicates get lost on the way to a set.
    if (to.kind === 'set' && from.kind === 'list' && safety === 'safe') return false;
    return canConvert(from.element, to.element, safety);
  }
  if (from.kind !== 'tuple') return false;
  if (from.elements.length === 0) return true;
  const element = commonElement(from.elements, to.element, safety);
  return element !== undefined && from.elements.every((part) => canConvert(part, element, safety));
}

function canConvertToMap(from: Type, element: Type, safety: Safety): boolean {
  if (from.kind === 'map') return canConvert(from.element, element, safety);
  if (from.kind !== 'object') return false;
  const parts = [...from.attributes.values()];
  const wanted = element.kind === 'any' && parts.length > 0 ? unify(parts, safety) : element;
  return wanted !== undefined && parts.every((part) => canConvert(part, wanted, safety));
}

function canConvertToObject(from: Type, to: ObjectType, safety: Safety): boolean {
  if (from.kind === 'map' && safety === 'unsafe') {
    // An optional attribute of an impossible type is fine as long as the map has no such key.
    return [...to.attributes].every(
      ([name, type]) => to.optional?.has(name) || canConvert(from.element, type, safety),
    );
  }
  if (from.kind !== 'object') return false;
  return [...to.attributes].every(([name, type]) => {
    const given = from.attributes.get(name);
    return given === undefined ? to.optional?.has(name) : canConvert(given, type, safety);
  });
}

/** Unification of collections and structures, which may yield a type that none of them is. */
function unifyStructural(
  types: readonly Type[],
  kinds: ReadonlySet<Type['kind']>,
  hasAny: boolean,
  safety: Safety,
): Type | undefined | 'undecided' {
  const [kind] = kinds;
  if (kinds.size === 1 && kind !== undefined && isStructural(kind)) {
    // What the unknown type turns out to be may change the result, so nothing can be said yet.
    return hasAny ? { kind: 'any' } : unifyOneKind(types, kind, safety);
  }
  if (kinds.has('object') && kinds.has('tuple')) return undefined;
  if (kinds.size !== 2) return 'undecided';
  if (kinds.has('map') && kinds.has('object')) {
    return unifyMixed(types, 'object', attributesToMap, safety);
  }
  if (kinds.has('list') && kinds.has('tuple')) {
    return unifyMixed(types, 'tuple', elementsToList, safety);
  }
  return 'undecided';
}

function isStructural(kind: Type['kind']): boolean {
  return !['any', 'string', 'number', 'bool'].includes(kind);
}

function unifyOneKind(
  types: readonly Type[],
  kind: Type['kind'],
  safety: Safety,
): Type | undefined {
  if (kind === 'object') return unifyObjects(types as readonly ObjectType[], safety);
  if (kind === 'tuple') return unifyTuples(types as readonly TupleType[], safety);
  const collections = types as readonly CollectionType[];
  const element = unify(
    collections.map((type) => type.element),
    safety,
  );
  if (element === undefined) return undefined;
  return reachable(types, { kind: kind as CollectionType['kind'], element }, safety);
}

type CollectionType = Extract<Type, { readonly element: Type }>;
type TupleType = Extract<Type, { readonly kind: 'tuple' }>;

/** The structures among the types become collections first, and then all the collections are unified. */
function unifyMixed(
  types: readonly Type[],
  structure: 'object' | 'tuple',
  toCollection: (types: readonly Type[], safety: Safety) => Type | undefined,
  safety: Safety,
): Type | undefined | 'undecided' {
  const structures = types.filter((type) => type.kind === structure);
  const collection = toCollection(structures, safety);
  if (collection === undefined) return 'undecided';
  const common = unify(
    types.map((type) => (type.kind === structure ? collection : type)),
    safety,
  );
  return common?.kind === collection.kind ? common : 'undecided';
}

function unifyObjects(types: readonly ObjectType[], safety: Safety): Type | undefined {
  const [first] = types as readonly [ObjectType];
  const names = [...first.attributes.keys()];
  const isSameShape = types.every(
    (type) =>
      type.attributes.size === names.length && names.every((name) => type.attributes.has(name)),
  );
  if (!isSameShape) return attributesToMap(types, safety);
  const attributes = new Map<string, Type>();
  for (const name of names) {
    const across = types.map((type) => type.attributes.get(name) as Type);
    const common = unify(across, safety);
    if (common === undefined) return undefined;
    attributes.set(name, common);
  }
  return reachable(types, objectOf(attributes), safety) ?? attributesToMap(types, safety);
}

function unifyTuples(types: readonly TupleType[], safety: Safety): Type | undefined {
  const [first] = types as readonly [TupleType];
  if (types.some((type) => type.elements.length !== first.elements.length)) {
    return elementsToList(types, safety);
  }
  const elements: Type[] = [];
  for (const index of first.elements.keys()) {
    const common = unify(
      types.map((type) => type.elements[index] as Type),
      safety,
    );
    if (common === undefined) return undefined;
    elements.push(common);
  }
  return reachable(types, tupleOf(elements), safety) ?? elementsToList(types, safety);
}

function attributesToMap(types: readonly Type[], safety: Safety): Type | undefined {
  const parts = (types as readonly ObjectType[]).flatMap((type) => [...type.attributes.values()]);
  const element = unify(parts, safety);
  return element && reachable(types, { kind: 'map', element }, safety);
}

function elementsToList(types: readonly Type[], safety: Safety): Type | undefined {
  const parts = (types as readonly TupleType[]).flatMap((type) => type.elements);
  const element = unify(parts, safety);
  return element && reachable(types, { kind: 'list', element }, safety);
}

function reachable(types: readonly Type[], wanted: Type, safety: Safety): Type | undefined {
  return types.every((type) => canConvert(type, wanted, safety)) ? wanted : undefined;
}

/** Without repetitions: long lists have few types, and what follows takes time by the square. */
function distinct(types: readonly Type[]): readonly Type[] {
  const found: Type[] = [];
  for (const type of types) if (!found.some((other) => sameType(other, type))) found.push(type);
  return found;
}
