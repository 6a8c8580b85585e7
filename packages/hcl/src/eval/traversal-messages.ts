import { over } from '../range.ts';
import type { Splat } from '../syntax/ast.ts';
import { formatNum, isWhole } from '../value/number.ts';
import type { Type } from '../value/type.ts';
import { typeName } from '../value/type-name.ts';
import type { NumberValue, Value } from '../value/value.ts';
import type { Place } from './place.ts';
import { articled, hint, kindOf, listOf, type Problem, problem } from './problem.ts';

/** What access to a part of a value can complain about. */

export function attributeOfNull(place: Place, name: string): Problem {
  return problem(
    'attribute-of-null',
    'Attempt to get attribute from null value',
    `What stands before the dot is null, so it has no attribute "${name}".`,
    place.range,
    place.context,
  );
}

/** `root` is the name that the object is known by, when it is no part of something else. */
export function noSuchAttribute(
  place: Place,
  name: string,
  names: readonly string[],
  root?: string,
): Problem {
  const declared = declarations(name).get(root);
  const [what, advice] = declared ?? [
    `This object has no attribute named "${name}".`,
    listOf(names),
  ];
  return problem(
    declared === undefined ? 'unsupported-attribute' : 'undeclared-name',
    'Unsupported attribute',
    what + (hint(name, names) || advice),
    place.range,
    place.context,
  );
}

/** What templates declare themselves, by the name under which it is referred to: what to say when it is not. */
function declarations(name: string): ReadonlyMap<string | undefined, readonly [string, string]> {
  return new Map([
    ['var', [`There is no variable "${name}".`, ` Declare it in a block of type "variable".`]],
    ['local', [`There is no local "${name}".`, ' Give it a value in a block of locals.']],
  ]);
}

export function noAttributes(place: Place, name: string, type: Type): Problem {
  const isOfObjects = 'element' in type && type.element.kind === 'object';
  const advice = isOfObjects
    ? ` To get it from one element, write [0].${name}; to get it from all of them, [*].${name}.`
    : '';
  return problem(
    'unsupported-attribute',
    'Unsupported attribute',
    `This is ${articled(typeName(type))}, which has no attributes.${advice}`,
    place.range,
    place.context,
  );
}

export function noSuchElement(place: Place, name: string, names: readonly string[]): Problem {
  return problem(
    'missing-map-element',
    'Missing map element',
    `This map has no element with the key "${name}".${hint(name, names) || listOf(names)}`,
    place.range,
    place.context,
  );
}

export function indexOfNull(place: Place): Problem {
  return problem(
    'index-of-null',
    'Attempt to index null value',
    'What stands before the bracket is null, so it has no elements.',
    place.range,
    place.context,
  );
}

export function nullIndex(place: Place): Problem {
  return invalidIndex(place, 'The index is null. It must be the number or the key of an element.');
}

export function indexOfSet(place: Place): Problem {
  return invalidIndex(
    place,
    'The elements of a set have no numbers or keys. To choose one by its place, convert the set to a list first.',
  );
}

export function noElements(place: Place, type: Type): Problem {
  return invalidIndex(place, `This is ${articled(typeName(type))}, which has no elements.`);
}

export function wrongIndexType(place: Place, key: Value, wanted: 'number' | 'string'): Problem {
  const what = wanted === 'number' ? 'a list is indexed by number' : 'a map is indexed by key';
  return invalidIndex(place, `The index is ${kindOf(key)}, but ${what}.`);
}

export function badPosition(place: Place, index: NumberValue): Problem {
  const why = isWhole(index.value) ? 'negative' : 'not a whole number';
  return invalidIndex(
    place,
    `The index${shown(index)} is ${why}. Elements are numbered 0, 1, 2 and so on.`,
  );
}

export function indexOutOfRange(place: Place, index: NumberValue, length: number): Problem {
  const detail =
    length === 0
      ? 'The list has no elements.'
      : `There is no element${shown(index) || ' of this number'}: the last one of ${length} is ${length - 1}.`;
  return invalidIndex(place, detail);
}

export function noSuchKey(
  place: Place,
  name: Value,
  key: Value,
  names: readonly string[],
): Problem {
  if (name.sensitive) return invalidIndex(place, 'There is no element with this key.');
  const text = name.kind === 'string' ? name.value : '';
  if (key.kind === 'number') {
    const detail = `There is no element with the key "${text}". This has keys, not numbers.`;
    return invalidIndex(place, detail + listOf(names));
  }
  return invalidIndex(
    place,
    `There is no element with the key "${text}".${hint(text, names) || listOf(names)}`,
  );
}

export function splatOfNull(node: Splat): Problem {
  return problem(
    'splat-of-null',
    'Splat of null value',
    'The list before the "*" is null, so it has no elements to go over.',
    node.collection.range,
    over(node.collection.range, node.marker),
  );
}

export function unevenSplat(node: Splat): Problem {
  return problem(
    'uneven-splat',
    'Invalid nested splat expressions',
    'The elements give results of different types, which a list cannot hold. Use a for expression, whose result can.',
    node.each.range,
    node.range,
  );
}

/** The index after a space, unless it is a secret. */
function shown(index: NumberValue): string {
  return index.sensitive ? '' : ` ${formatNum(index.value)}`;
}

function invalidIndex(place: Place, detail: string): Problem {
  return problem('invalid-index', 'Invalid index', detail, place.range, place.context);
}
