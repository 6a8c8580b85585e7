import type { ObjectType, Type } from './type.ts';
import { typeName, wantedTypeName } from './type-name.ts';
import { canConvert } from './type-rules.ts';

/** Why a value of type `given` can never be converted to `wanted`, in cty's words: `string required, but have tuple`. */
export function mismatchReason(given: Type, wanted: Type): string {
  if (given.kind === 'object' && wanted.kind === 'object') return objectReason(given, wanted);
  if (wanted.kind === 'list' || wanted.kind === 'set' || wanted.kind === 'map') {
    const reason = collectionReason(given, wanted);
    if (reason !== undefined) return reason;
  }
  if (isPlain(given, wanted)) return `${typeName(wanted)} required, but have ${typeName(given)}`;
  return `${wantedTypeName(wanted)} required`;
}

type CollectionType = Extract<Type, { readonly element: Type }>;

function objectReason(given: ObjectType, wanted: ObjectType): string {
  const missing = [...wanted.attributes.keys()]
    .filter((name) => !given.attributes.has(name) && !wanted.optional?.has(name))
    .sort()
    .map((name) => JSON.stringify(name));
  if (missing.length > 0) {
    return `${missing.length === 1 ? 'attribute' : 'attributes'} ${listed(missing)} ${
      missing.length === 1 ? 'is' : 'are'
    } required`;
  }
  const [part] = impossible([...given.attributes], (name) => wanted.attributes.get(name));
  if (part === undefined) return 'incorrect object attributes';
  return `attribute ${JSON.stringify(part.name)}: ${mismatchReason(part.given, part.wanted)}`;
}

/** `undefined` when the kinds have so little in common that only the types themselves say something. */
function collectionReason(given: Type, wanted: CollectionType): string | undefined {
  const fits = wanted.kind === 'map' ? ['object', 'map'] : ['tuple', 'list', 'set'];
  const isStructure = given.kind === 'tuple' || given.kind === 'object';
  if (!isStructure && !('element' in given)) return undefined;
  if (!fits.includes(given.kind)) return `${wantedTypeName(wanted)} required`;
  if ('element' in given) {
    const reason = mismatchReason(given.element, wanted.element);
    return `incorrect ${wanted.kind} element type: ${reason}`;
  }
  if (wanted.element.kind === 'any') return `all ${wanted.kind} elements must have the same type`;
  const parts: readonly (readonly [string, Type])[] =
    given.kind === 'object'
      ? [...given.attributes].map(([name, type]) => [JSON.stringify(name), type])
      : given.kind === 'tuple'
        ? given.elements.map((type, index) => [String(index), type])
        : [];
  const [part] = impossible(parts, () => wanted.element);
  if (part === undefined) return `all elements must be ${wantedTypeName(wanted.element)}`;
  return `element ${part.name}: ${mismatchReason(part.given, part.wanted)}`;
}

interface ImpossiblePart {
  readonly name: string;
  readonly given: Type;
  readonly wanted: Type;
}

function impossible(
  parts: readonly (readonly [string, Type])[],
  wantedOf: (name: string) => Type | undefined,
): readonly ImpossiblePart[] {
  return parts.flatMap(([name, given]) => {
    const wanted = wantedOf(name);
    return wanted === undefined || canConvert(given, wanted) ? [] : [{ name, given, wanted }];
  });
}

/** True when naming both types helps; two of the same sort would only send the reader to the wrong difference. */
function isPlain(given: Type, wanted: Type): boolean {
  if (isPrimitive(given) !== isPrimitive(wanted) || wanted.kind === 'string') return true;
  if (isPrimitive(given)) return given.kind !== 'string';
  return given.kind === 'tuple' && wanted.kind === 'object';
}

function isPrimitive(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'number' || type.kind === 'bool';
}

function listed(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ');
  return `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`;
}
