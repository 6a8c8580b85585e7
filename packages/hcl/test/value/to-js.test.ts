import { expect, test } from '@jest/globals';
import { encodeValue } from '../../src/value/encode.ts';
import { fromJs, NotKnown, toJs } from '../../src/value/to-js.ts';
import { tupleValue, unknownValue } from '../../src/value/value.ts';
import { made } from '../eval/evaluating.ts';

test('toJs gives plain data', () => {
  expect(toJs(made('{a = [1, 0.1, "x", true, null], b = convert([2, 1], set(number))}'))).toEqual({
    a: [1, 0.1, 'x', true, null],
    b: [1, 2],
  });
});

test('toJs refuses what is not known', () => {
  expect(() => toJs(tupleValue([unknownValue()]))).toThrow(NotKnown);
});

test('fromJs makes objects and tuples', () => {
  const value = fromJs({ b: [1, 'x', null], a: { c: true }, gone: undefined });
  expect(encodeValue(value)).toEqual({ a: { c: true }, b: [1, 'x', null] });
  expect(encodeValue(fromJs(10n ** 20n))).toMatchObject({ text: '100000000000000000000' });
});

test('fromJs refuses what has no value', () => {
  expect(() => fromJs(() => 1)).toThrow(TypeError);
});
