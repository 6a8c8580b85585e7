import { describe, expect, test } from '@jest/globals';
import {
  DecodeFailure,
  decodeType,
  decodeValue,
  encodeType,
  encodeValue,
} from '../../src/value/encode.ts';
import { numFromDouble, numFromInteger } from '../../src/value/number.ts';
import {
  boolType,
  listOf,
  numberType,
  objectOf,
  stringType,
  tupleOf,
} from '../../src/value/type.ts';
import {
  markSensitive,
  nullValue,
  numberValue,
  objectValue,
  tupleValue,
  unknownValue,
} from '../../src/value/value.ts';
import { made } from '../eval/evaluating.ts';

test.each([
  made('[1, "a", true, null, -0, 0.1, 1e40, {a = {}}, []]'),
  made('convert({a = [1]}, map(list(number)))'),
  made('convert([], list(object({a = string})))'),
  made('convert([3, 1, 2], set(number))'),
  nullValue(objectOf({ a: listOf(boolType) })),
  unknownValue(tupleOf([stringType])),
  objectValue({ $: made('1'), __proto: made('2') }),
  markSensitive(tupleValue([markSensitive(unknownValue(stringType)), made('"x"')])),
  numberValue(numFromInteger(7)),
  numberValue(numFromDouble(0.1)),
  made('1 / 0'),
])('value %# is the same after JSON', (value) => {
  const text = JSON.stringify(encodeValue(value));
  expect(decodeValue(JSON.parse(text))).toEqual(value);
});

test('is compact where it can be', () => {
  expect(encodeValue(made('{a = [1, "x", true, null]}'))).toEqual({ a: [1, 'x', true, null] });
  expect(encodeValue(markSensitive(made('"x"')))).toEqual({ $: 'sensitive', value: 'x' });
});

test('keeps attribute names that mean something to JavaScript', () => {
  const value = decodeValue(JSON.parse('{"__proto__": 1, "constructor": 2}'));
  expect(value.kind === 'object' && [...value.entries.keys()]).toEqual([
    '__proto__',
    'constructor',
  ]);
  expect(JSON.stringify(encodeValue(value))).toBe('{"__proto__":1,"constructor":2}');
});

describe('types', () => {
  test.each([
    stringType,
    listOf(listOf(numberType)),
    tupleOf([stringType, boolType]),
    objectOf({ a: stringType, b: listOf(numberType) }, new Set(['b'])),
  ])('type %# is the same after JSON', (type) => {
    expect(decodeType(JSON.parse(JSON.stringify(encodeType(type))))).toEqual(type);
  });
});

test.each([
  { $: 'nonsense' },
  { $: 'number', text: 'x' },
  { $: 'list', of: 'strin', items: [] },
  undefined,
])('refuses %j', (data) => {
  expect(() => decodeValue(data)).toThrow(DecodeFailure);
});
