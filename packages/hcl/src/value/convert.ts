import { isIdentifier } from '../syntax/characters.ts';
import { mismatchReason } from './mismatch.ts';
import { formatNum, parseNum } from './number.ts';
import { hasKnownLength, setValue } from './set.ts';
import { asElement, sharedType } from './shared-type.ts';
import { type ObjectType, sameType, type Type } from './type.ts';
import { canConvert, commonElement, unify, withoutOptional } from './type-rules.ts';
import {
  boolValue,
  listValue,
  mapValue,
  markSensitive,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  typeOf,
  unknownNotNull,
  unknownValue,
  type Value,
} from './value.ts';

export { canConvert } from './type-rules.ts';

/** Attribute names, map keys and element numbers on the way from the converted value to the part that failed. */
export type ConversionPath = readonly (string | number)[];

/** A value could not be converted; the message says what was required, in cty's words, of the part at `path`. */
export class ConversionFailure extends Error {
  override readonly name = 'ConversionFailure';
  readonly path: ConversionPath;

  constructor(message: string, path: ConversionPath) {
    super(message);
    this.path = path;
  }
}

/**
 * The value as one of `type`: primitives turn into one another where their text allows, structures into
 * collections, an object loses attributes that the type does not have and gets nulls for missing
 * optional ones. Unknowns, nulls and marks stay what they are. Throws `ConversionFailure`.
 */
export function convert(value: Value, type: Type): Value {
  if (isAlready(value, type)) return value;
  const given = typeOf(value);
  if (sameType(given, type)) return value;
  if (!canConvert(given, type)) throw new ConversionFailure(mismatchReason(given, type), []);
  return converted(value, type, []);
}

/** A conversion path as it would be written after the value's name: `.disks[0].size`, `["a b"]`. */
export function showPath(path: ConversionPath): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return isIdentifier(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('');
}

/** The cheap cases, without building the value's type. */
function isAlready(value: Value, type: Type): boolean {
  return type.kind === 'any' || (value.kind === type.kind && 'value' in value);
}

/** Converts where `canConvert` has said yes to the types. */
function converted(value: Value, to: Type, path: ConversionPath): Value {
  if (isAlready(value, to)) return value;
  if (value.sensitive) {
    const { sensitive: _, ...bare } = value;
    return markSensitive(converted(bare as Value, to, path));
  }
  if (value.kind === 'null') return nullValue(filledIn(value.type, withoutOptional(to)));
  if (value.kind === 'unknown') {
    const type = filledIn(value.type, withoutOptional(to));
    return value.notNull ? unknownOfLength(value.type, type) : unknownValue(type);
  }
  switch (to.kind) {
    case 'string':
      return toText(value, path);
    case 'number':
      return toNumber(value, path);
    case 'bool':
      return toBool(value, path);
    case 'list':
    case 'set':
      return toSequence(value, to, path);
    case 'map':
      return toMap(value, to.element, path);
    case 'object':
      return toObject(value, to, path);
    case 'tuple':
      return tupleValue(
        itemsOf(value).map((item, index) =>
          converted(item, to.elements[index] as Type, [...path, index]),
        ),
      );
    default:
      return value;
  }
}

/** An unknown that is not null; of a collection whose length its former type tells, only the elements are unknown. */
function unknownOfLength(given: Type, to: Type): Value {
  if (given.kind === 'object' && to.kind === 'map' && given.attributes.size === 0) {
    return mapValue(to.element, []);
  }
  if (given.kind !== 'tuple' || !(to.kind === 'list' || to.kind === 'set'))
    return unknownNotNull(to);
  // Several elements may turn out to be one in a set.
  if (to.kind === 'set' && given.elements.length > 1) return unknownNotNull(to);
  return sequenceOf(
    to.kind,
    to.element,
    given.elements.map(() => unknownValue(to.element)),
  );
}

function toText(value: Value, path: ConversionPath): Value {
  if (value.kind === 'number') return stringValue(formatNum(value.value));
  if (value.kind === 'bool') return stringValue(value.value ? 'true' : 'false');
  throw new ConversionFailure('string required', path);
}

function toNumber(value: Value, path: ConversionPath): Value {
  const number = value.kind === 'string' ? parseNum(value.value) : undefined;
  if (number === undefined) throw new ConversionFailure('a number is required', path);
  return numberValue(number);
}

function toBool(value: Value, path: ConversionPath): Value {
  const text = value.kind === 'string' ? value.value : '';
  if (text === 'true' || text === '1') return boolValue(true);
  if (text === 'false' || text === '0') return boolValue(false);
  const lower = text.toLowerCase();
  const isNearly = lower === 'true' || lower === 'false';
  const hint = isNearly ? `; to convert from string, use lowercase "${lower}"` : '';
  throw new ConversionFailure(`a bool is required${hint}`, path);
}

function toSequence(
  value: Value,
  to: { readonly kind: 'list' | 'set'; readonly element: Type },
  path: ConversionPath,
): Value {
  const items = itemsOf(value);
  if (value.kind === 'set' && to.kind === 'list' && !hasKnownLength(value)) {
    return unknownValue({ kind: 'list', element: value.element });
  }
  const isTuple = value.kind === 'tuple';
  const given = value.kind === 'list' || value.kind === 'set' ? value.element : to.element;
  if (items.length === 0) {
    return sequenceOf(to.kind, to.element.kind === 'any' ? given : withoutOptional(to.element), []);
  }
  const wanted = isTuple
    ? (commonElement(items.map(typeOf), to.element) ?? to.element)
    : to.element;
  let parts = items.map((item, index) => converted(item, wanted, [...path, index]));
  if (isTuple && to.kind === 'list') parts = alike(parts, path, parts.keys());
  const element = sharedType(parts);
  if (element === undefined) {
    const message = `element types must all match for conversion to ${to.kind}`;
    throw new ConversionFailure(message, path);
  }
  return sequenceOf(
    to.kind,
    element,
    parts.map((part) => asElement(part, element)),
  );
}

function sequenceOf(kind: 'list' | 'set', element: Type, items: readonly Value[]): Value {
  return kind === 'list' ? listValue(element, items) : setValue(element, items);
}

function toMap(value: Value, wanted: Type, path: ConversionPath): Value {
  const entries = [...entriesOf(value)];
  if (entries.length === 0) {
    const given = value.kind === 'map' ? value.element : wanted;
    return mapValue(wanted.kind === 'any' ? given : withoutOptional(wanted), []);
  }
  const names = entries.map(([name]) => name);
  const target =
    value.kind === 'object' && wanted.kind === 'any'
      ? (unify(entries.map(([, entry]) => typeOf(entry))) ?? wanted)
      : wanted;
  let parts = entries.map(([name, entry]) => converted(entry, target, [...path, name]));
  if ('element' in target || target.kind === 'object') {
    parts = alike(parts, path, names, value.kind === 'map' ? 'safe' : 'unsafe');
  }
  const element = sharedType(parts);
  if (element === undefined) {
    const what = value.kind === 'map' ? 'element' : 'attribute';
    throw new ConversionFailure(`${what} types must all match for conversion to map`, path);
  }
  return mapValue(
    element,
    parts.map((part, index) => [names[index] as string, asElement(part, element)]),
  );
}

function toObject(value: Value, to: ObjectType, path: ConversionPath): Value {
  const given = entriesOf(value);
  const attributes = new Map<string, Value>();
  for (const [name, type] of to.attributes) {
    const part = given.get(name);
    if (part !== undefined) {
      attributes.set(name, convertedAttribute(part, type, [...path, name]));
    } else if (to.optional?.has(name)) {
      attributes.set(name, nullValue(withoutOptional(type)));
    } else {
      const message = `map has no element for required attribute ${JSON.stringify(name)}`;
      throw new ConversionFailure(message, path);
    }
  }
  return objectValue(attributes);
}

/** A map's element type may have been waved through for an optional attribute; here it has to fit. */
function convertedAttribute(part: Value, type: Type, path: ConversionPath): Value {
  const given = typeOf(part);
  if (!canConvert(given, type)) throw new ConversionFailure(mismatchReason(given, type), path);
  return converted(part, type, path);
}

/** Elements that went through `any` somewhere inside can still differ in type; they are brought to one. */
function alike(
  parts: readonly Value[],
  path: ConversionPath,
  names: Iterable<string | number>,
  safety: 'safe' | 'unsafe' = 'unsafe',
): Value[] {
  const common = unify(parts.map(typeOf), safety);
  if (common === undefined) {
    throw new ConversionFailure('cannot find a common base type for all elements', path);
  }
  const keys = [...names];
  return parts.map((part, index) =>
    common.kind === 'any' || sameType(typeOf(part), common)
      ? part
      : converted(part, common, [...path, keys[index] as string | number]),
  );
}

/** `wanted` with each `any` replaced by what the given type has in its place. */
function filledIn(given: Type, wanted: Type): Type {
  if (given.kind === 'any') return wanted;
  switch (wanted.kind) {
    case 'any':
      return given;
    case 'list':
    case 'set':
    case 'map': {
      const element = elementOf(given);
      return element === undefined
        ? wanted
        : { kind: wanted.kind, element: filledIn(element, wanted.element) };
    }
    case 'tuple':
      if (given.kind !== 'tuple') return wanted;
      return {
        kind: 'tuple',
        elements: wanted.elements.map((type, index) =>
          filledIn(given.elements[index] ?? { kind: 'any' }, type),
        ),
      };
    case 'object':
      return { kind: 'object', attributes: filledInAttributes(given, wanted) };
    default:
      return wanted;
  }
}

function filledInAttributes(given: Type, wanted: ObjectType): ReadonlyMap<string, Type> {
  const typeOfAttribute = (name: string): Type | undefined => {
    if (given.kind === 'object') return given.attributes.get(name);
    return given.kind === 'map' ? given.element : undefined;
  };
  return new Map(
    [...wanted.attributes].map(([name, type]) => [
      name,
      filledIn(typeOfAttribute(name) ?? { kind: 'any' }, type),
    ]),
  );
}

function elementOf(type: Type): Type | undefined {
  if ('element' in type) return type.element;
  if (type.kind === 'tuple') return unify(type.elements);
  return type.kind === 'object' ? unify([...type.attributes.values()]) : undefined;
}

function itemsOf(value: Value): readonly Value[] {
  return 'items' in value ? value.items : [];
}

function entriesOf(value: Value): ReadonlyMap<string, Value> {
  return 'entries' in value ? value.entries : new Map();
}
