import { expect, test } from '@jest/globals';
import { encodeValue } from '../../src/value/encode.ts';
import { setValue } from '../../src/value/set.ts';
import { numberType, stringType } from '../../src/value/type.ts';
import { markSensitive, unknownValue } from '../../src/value/value.ts';
import { made } from '../eval/evaluating.ts';

test.each([
  ['["b", "a", "é", "a", "B"]', 'string', ['B', 'a', 'b', 'é']],
  ['[10, 9, 100, 9.0, -1]', 'number', [-1, 9, 10, 100]],
  ['[true, false]', 'bool', [false, true]],
  ['["x", null, "a", null]', 'string', ['a', 'x', { $: 'null', type: 'string' }]],
  ['[{a = 2}, {a = 1}, {a = 1}]', 'object({a = number})', [{ a: 1 }, { a: 2 }]],
  ['[[10], [9], [100]]', 'tuple([number])', [[100], [10], [9]]],
])('orders %s', (text, element, items) => {
  const set = made(`convert(${text}, set(${element}))`);
  expect(set.kind === 'set' && set.items.map(encodeValue)).toEqual(items);
});

test('keeps unknowns apart, since they may turn out different', () => {
  const unknown = unknownValue(numberType);
  const set = setValue(numberType, [unknown, made('1'), unknown, made('1')]);
  expect(set.items.map((item) => item.kind)).toEqual(['number', 'unknown', 'unknown']);
});

test('is a secret as a whole when an element is', () => {
  const set = setValue(stringType, [made('"a"'), markSensitive(made('"a"'))]);
  expect(set).toMatchObject({ sensitive: true, items: [{ value: 'a' }] });
  expect(set.items[0]?.sensitive).toBeUndefined();
});
