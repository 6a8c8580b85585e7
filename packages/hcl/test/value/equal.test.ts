import { expect, test } from '@jest/globals';
import { equals, sameValue } from '../../src/value/equal.ts';
import { numberType, objectOf, stringType, tupleOf } from '../../src/value/type.ts';
import {
  markSensitive,
  nullValue,
  objectValue,
  tupleValue,
  unknownValue,
} from '../../src/value/value.ts';
import { made } from '../eval/evaluating.ts';

test.each([
  ['1', '"1"', false],
  ['1', '1.0', true],
  ['[1]', '[1]', true],
  ['[1]', 'convert([1], list(number))', false],
  ['{a = 1, b = 2}', '{b = 2, a = 1}', true],
  ['{a = 1}', '{a = 2}', false],
  ['{a = 1}', '{b = 1}', false],
  ['null', '1', false],
  ['null', 'convert(null, string)', true],
  ['convert([1, 2], set(number))', 'convert([2, 1, 1], set(number))', true],
  ['convert({a = 1}, map(any))', 'convert({a = 1, b = 1}, map(any))', false],
])('%s equals %s: %s', (a, b, result) => {
  expect(equals(made(a), made(b))).toMatchObject({ kind: 'bool', value: result });
});

test('is unknown only while the known parts leave it open', () => {
  const unknown = unknownValue(stringType);
  expect(equals(unknown, made('"a"')).kind).toBe('unknown');
  expect(equals(unknown, nullValue()).kind).toBe('unknown');
  expect(equals(unknown, made('1'))).toMatchObject({ value: false });
  expect(equals(unknownValue(), made('1')).kind).toBe('unknown');
  const half = objectValue({ a: unknown, b: made('1') });
  expect(equals(half, objectValue({ a: made('"x"'), b: made('1') })).kind).toBe('unknown');
  expect(equals(half, objectValue({ a: made('"x"'), b: made('2') }))).toMatchObject({
    value: false,
  });
  expect(equals(tupleValue([unknownValue()]), made('[1]')).kind).toBe('unknown');
  expect(equals(tupleValue([unknownValue()]), made('[1, 2]'))).toMatchObject({ value: false });
});

test('is a secret when a secret took part', () => {
  const secret = tupleValue([markSensitive(made('1'))]);
  expect(equals(secret, made('[1]'))).toEqual(markSensitive(made('true')));
  expect(equals(secret, nullValue()).sensitive).toBeUndefined();
  expect(equals(markSensitive(nullValue()), made('1')).sensitive).toBe(true);
});

test('sameValue compares content and type, not marks', () => {
  expect(sameValue(unknownValue(numberType), unknownValue(numberType))).toBe(true);
  expect(sameValue(unknownValue(numberType), unknownValue())).toBe(false);
  expect(sameValue(markSensitive(made('"a"')), made('"a"'))).toBe(true);
  expect(sameValue(nullValue(), nullValue(stringType))).toBe(false);
  expect(sameValue(made('convert([], list(string))'), made('convert([], list(number))'))).toBe(
    false,
  );
  expect(
    sameValue(
      nullValue(tupleOf([objectOf({})])),
      nullValue(tupleOf([objectOf({ a: stringType })])),
    ),
  ).toBe(false);
});
