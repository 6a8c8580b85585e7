import { sameValue } from './equal.ts';
import { goQuote } from './go-quote.ts';
import { compareNums, setKeyOfNum } from './number.ts';
import type { Type } from './type.ts';
import {
  childrenOf,
  compareText,
  containsSensitive,
  isWhollyKnown,
  markSensitive,
  type SetValue,
  type Value,
} from './value.ts';

/**
 * A set of the items, which must all be of type `element`: without duplicates, in cty's order (strings
 * by bytes, numbers by size, false before true, unknown then null last, anything else by a key of its
 * content). A set cannot keep a mark on an element, so any sensitive part makes the whole sensitive.
 */
export function setValue(element: Type, items: readonly Value[]): SetValue {
  const distinct: Value[] = [];
  const seen = new Map<string, Value[]>();
  for (const item of items.map(withoutMarks)) {
    const key = contentKey(item);
    const alike = seen.get(key);
    // Two unknowns may turn out to be different values.
    if (isWhollyKnown(item) && alike?.some((other) => sameValue(other, item))) continue;
    if (alike === undefined) seen.set(key, [item]);
    else alike.push(item);
    distinct.push(item);
  }
  const set: SetValue = { kind: 'set', element, items: distinct.sort(compareItems) };
  return items.some(containsSensitive) ? markSensitive(set) : set;
}

/**
 * False for a set of several elements of which some are not wholly known: they may turn out to be the
 * same. Of any other value whatever elements it has are counted.
 */
export function hasKnownLength(value: Value): boolean {
  return value.kind !== 'set' || value.items.length < 2 || isWhollyKnown(value);
}

/** The value with every sensitive mark taken off, inside too. */
export function withoutMarks(value: Value): Value {
  if (!containsSensitive(value)) return value;
  const { sensitive: _, ...bare } = value;
  switch (bare.kind) {
    case 'list':
    case 'set':
    case 'tuple':
      return { ...bare, items: bare.items.map(withoutMarks) };
    case 'map':
    case 'object':
      return {
        ...bare,
        entries: new Map([...bare.entries].map(([name, entry]) => [name, withoutMarks(entry)])),
      };
    default:
      return bare;
  }
}

function compareItems(a: Value, b: Value): number {
  const order = rankOf(a) - rankOf(b);
  if (order !== 0) return order;
  if (a.kind === 'string' && b.kind === 'string') return compareText(a.value, b.value);
  if (a.kind === 'number' && b.kind === 'number') return compareNums(a.value, b.value);
  if (a.kind === 'bool' && b.kind === 'bool') return Number(a.value) - Number(b.value);
  return compareText(contentKey(a), contentKey(b));
}

function rankOf(value: Value): number {
  if (value.kind === 'null') return 2;
  return value.kind === 'unknown' ? 1 : 0;
}

/** Equal for equal values of one type, and cty's order for those that have no order of their own. */
function contentKey(value: Value): string {
  switch (value.kind) {
    case 'unknown':
      return '?';
    case 'null':
      return '~';
    case 'number':
      return setKeyOfNum(value.value);
    case 'bool':
      return value.value ? 'T' : 'F';
    case 'string':
      return goQuote(value.value);
    case 'map': {
      const entries = [...value.entries];
      return `{${entries.map(([name, entry]) => `${goQuote(name)}:${contentKey(entry)};`).join('')}}`;
    }
    case 'list':
    case 'set':
      return `[${value.items.map((item) => `${contentKey(item)};`).join('')}]`;
    default:
      return `<${childrenOf(value)
        .map((child) => `${contentKey(child)};`)
        .join('')}>`;
  }
}
