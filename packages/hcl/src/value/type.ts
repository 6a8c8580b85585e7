/**
 * The type of a value, in cty's terms. `any` is the type that is not known yet (cty's
 * DynamicPseudoType): the type of an untyped null and of an unknown that could be anything.
 */
export type Type =
  | { readonly kind: 'string' }
  | { readonly kind: 'number' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'set'; readonly element: Type }
  | { readonly kind: 'map'; readonly element: Type }
  | ObjectType
  | { readonly kind: 'tuple'; readonly elements: readonly Type[] };

/** Attributes by name; those in `optional` may be missing when something is converted to the type. */
export interface ObjectType {
  readonly kind: 'object';
  readonly attributes: ReadonlyMap<string, Type>;
  readonly optional?: ReadonlySet<string>;
}

export const stringType: Type = { kind: 'string' };
export const numberType: Type = { kind: 'number' };
export const boolType: Type = { kind: 'bool' };
export const anyType: Type = { kind: 'any' };

/** `list(element)` */
export function listOf(element: Type): Type {
  return { kind: 'list', element };
}

/** `set(element)` */
export function setOf(element: Type): Type {
  return { kind: 'set', element };
}

/** `map(element)` */
export function mapOf(element: Type): Type {
  return { kind: 'map', element };
}

/** `tuple([...])` */
export function tupleOf(elements: readonly Type[]): Type {
  return { kind: 'tuple', elements };
}

/** `object({...})` */
export function objectOf(
  attributes: ReadonlyMap<string, Type> | Readonly<Record<string, Type>>,
  optional?: ReadonlySet<string>,
): Type {
  const map = attributes instanceof Map ? attributes : new Map(Object.entries(attributes));
  return optional === undefined
    ? { kind: 'object', attributes: map }
    : { kind: 'object', attributes: map, optional };
}

/** True when both are the same type all the way down; attribute order does not matter. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'list':
    case 'set':
    case 'map':
      return a.kind === b.kind && sameType(a.element, b.element);
    case 'tuple':
      return (
        b.kind === 'tuple' &&
        a.elements.length === b.elements.length &&
        a.elements.every((element, index) => sameType(element, b.elements[index] as Type))
      );
    case 'object':
      return b.kind === 'object' && sameAttributes(a, b);
    default:
      return a.kind === b.kind;
  }
}

function sameAttributes(a: ObjectType, b: ObjectType): boolean {
  if (a.attributes.size !== b.attributes.size) return false;
  for (const [name, type] of a.attributes) {
    const other = b.attributes.get(name);
    if (other === undefined || !sameType(type, other)) return false;
    if ((a.optional?.has(name) ?? false) !== (b.optional?.has(name) ?? false)) return false;
  }
  return true;
}
