import {
  boolValue,
  formatNum,
  numberValue,
  numFromInteger,
  type ObjectValue,
  objectValue,
  parseNum,
  sameNum,
  stringValue,
  tupleValue,
  type Value,
  withMarksOf,
} from '@bake/hcl';
import type { ConfigSchema, Option } from '@bake/plugin-sdk';

/**
 * Brings the options of an `override` into the types that the schema wants as Packer does, which hands
 * them to the component as they are: text to numbers, bools and (split at commas) lists, a single value
 * to a list of one, numbers and bools to text (core-behaviour, section 5). What does not fit is left for
 * the conversion to report.
 */
export function weakOptions(options: ObjectValue, schema: ConfigSchema): ObjectValue {
  return objectValue(
    [...options.entries].map(([name, value]): [string, Value] => {
      const option = Object.hasOwn(schema, name) ? schema[name] : undefined;
      return [name, option === undefined ? value : withMarksOf(weak(value, option), value)];
    }),
  );
}

function weak(value: Value, option: Option): Value {
  switch (option.kind) {
    case 'string':
    case 'duration':
      return text(value);
    case 'number':
      return number(value);
    case 'bool':
      return bool(value);
    case 'strings':
      return list(value, text);
    case 'numbers':
      return list(value, number);
    case 'string-lists':
      return list(value, (item) => list(item, text));
    case 'string-map':
      return map(value);
    case 'object':
      return value;
    case 'block':
    case 'blocks':
      return blocks(value, option.body ?? {});
  }
}

function text(value: Value): Value {
  if (value.kind === 'bool') return stringValue(value.value ? '1' : '0');
  return value.kind === 'number' ? stringValue(formatNum(value.value)) : value;
}

function number(value: Value): Value {
  if (value.kind === 'bool') return numberValue(numFromInteger(value.value ? 1 : 0));
  const parsed = value.kind === 'string' ? parseNum(value.value) : undefined;
  return parsed === undefined ? value : numberValue(parsed);
}

/** Go's words for true and false. */
const words = new Map(
  ['1', 't', 'T', 'TRUE', 'true', 'True']
    .map((word): [string, boolean] => [word, true])
    .concat(['', '0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false])),
);

function bool(value: Value): Value {
  if (value.kind === 'number') return boolValue(!sameNum(value.value, numFromInteger(0)));
  const word = value.kind === 'string' ? words.get(value.value) : undefined;
  return word === undefined ? value : boolValue(word);
}

function list(value: Value, item: (value: Value) => Value): Value {
  if ('items' in value) return tupleValue(value.items.map(item));
  if (value.kind === 'string') {
    const parts = value.value === '' ? [] : value.value.split(',');
    return tupleValue(parts.map((part) => item(stringValue(part))));
  }
  return value.kind === 'number' || value.kind === 'bool' ? tupleValue([item(value)]) : value;
}

function map(value: Value): Value {
  if (!('entries' in value)) return value;
  return objectValue([...value.entries].map(([key, entry]) => [key, text(entry)]));
}

function blocks(value: Value, body: ConfigSchema): Value {
  if (value.kind === 'object') return tupleValue([weakOptions(value, body)]);
  if (!('items' in value)) return value;
  return tupleValue(
    value.items.map((item) => (item.kind === 'object' ? weakOptions(item, body) : item)),
  );
}
