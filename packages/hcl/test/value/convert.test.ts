import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/diagnostic.ts';
import { typeFromExpression } from '../../src/eval/type-expression.ts';
import { ConversionFailure, canConvert, convert, showPath } from '../../src/value/convert.ts';
import { encodeValue } from '../../src/value/encode.ts';
import type { Type } from '../../src/value/type.ts';
import { typeText } from '../../src/value/type-name.ts';
import { unify, unifyValues } from '../../src/value/unify.ts';
import {
  markSensitive,
  typeOf,
  unknownNotNull,
  unknownValue,
  type Value,
} from '../../src/value/value.ts';
import { made, parsed } from '../eval/evaluating.ts';

function type(text: string): Type {
  const diagnostics = new Diagnostics();
  const constraint = typeFromExpression(parsed(text), diagnostics);
  expect(diagnostics.list).toEqual([]);
  return constraint.type;
}

function failureOf(value: Value, wanted: string): string {
  try {
    convert(value, type(wanted));
  } catch (error) {
    if (error instanceof ConversionFailure) return `${showPath(error.path)}: ${error.message}`;
    throw error;
  }
  return 'no failure';
}

describe('convert', () => {
  test.each([
    ['"12"', 'number', 12],
    ['"1e3"', 'number', 1000],
    ['1.50', 'string', '1.5'],
    ['true', 'string', 'true'],
    ['"1"', 'bool', true],
    ['"false"', 'bool', false],
    ['null', 'string', { $: 'null', type: 'string' }],
    ['[1, "a", true]', 'list(string)', { $: 'list', of: 'string', items: ['1', 'a', 'true'] }],
    ['[1, "a"]', 'list(any)', { $: 'list', of: 'string', items: ['1', 'a'] }],
    ['[]', 'list(number)', { $: 'list', of: 'number', items: [] }],
    ['["b", "a", "b"]', 'set(string)', { $: 'set', of: 'string', items: ['a', 'b'] }],
    ['{b = 1, a = 2}', 'map(string)', { $: 'map', of: 'string', entries: { a: '2', b: '1' } }],
    ['{a = 1, b = 2}', 'object({a = string})', { a: '1' }],
    ['{}', 'object({a = optional(string)})', { a: { $: 'null', type: 'string' } }],
    ['[1, 2]', 'tuple([string, bool])', 'fails'],
    ['[1, 2]', 'tuple([string, number])', ['1', 2]],
    ['[[1], ["a"]]', 'list(list(any))', 'list(list(string))'],
    ['[{a = 1}, {b = "x"}]', 'list(any)', 'list(map(string))'],
    ['[null, 1]', 'list(any)', 'list(number)'],
    ['{a = {x = 1}, b = null}', 'map(any)', 'map(object({x=number}))'],
  ])('%s to %s', (text, wanted, result) => {
    const value = made(text);
    if (result === 'fails') expect(canConvert(typeOf(value), type(wanted))).toBe(false);
    else {
      const converted = convert(value, type(wanted));
      const shown = typeof result === 'string' && result.includes('(');
      expect(shown ? typeText(typeOf(converted)) : encodeValue(converted)).toEqual(result);
    }
  });

  test.each([
    ['"x"', 'number', ': a number is required'],
    ['""', 'number', ': a number is required'],
    ['"TRUE"', 'bool', ': a bool is required; to convert from string, use lowercase "true"'],
    ['1', 'bool', ': bool required, but have number'],
    ['[]', 'string', ': string required, but have tuple'],
    ['"a"', 'list(any)', ': list of dynamic required, but have string'],
    ['{}', 'list(string)', ': list of string required'],
    ['[1, []]', 'list(any)', ': all list elements must have the same type'],
    ['[1, []]', 'list(string)', ': element 1: string required, but have tuple'],
    ['[["1"], ["x"]]', 'list(list(number))', '[1][0]: a number is required'],
    ['{a = {"b c" = "x"}}', 'map(map(number))', '.a["b c"]: a number is required'],
    ['{b = 1}', 'object({a = string})', ': attribute "a" is required'],
    ['{}', 'object({a = any, b = any, c = any})', ': attributes "a", "b", and "c" are required'],
    ['{a = []}', 'object({a = string})', ': attribute "a": string required, but have tuple'],
    [
      'convert({b = 1}, map(any))',
      'object({a = any})',
      ': map has no element for required attribute "a"',
    ],
    ['[1, 2]', 'tuple([number])', ': tuple required'],
  ])('refuses %s as %s', (text, wanted, failure) => {
    expect(failureOf(made(text), wanted)).toBe(failure);
  });

  test.each([
    ['tuple([bool, number])', 'list(string)', 2],
    ['tuple([])', 'list(any)', 0],
    ['tuple([bool])', 'set(string)', 1],
    // In a set the two may turn out to be one.
    ['tuple([bool, number])', 'set(string)', undefined],
    ['object({})', 'map(string)', 0],
    ['object({a = bool})', 'map(string)', undefined],
  ])('an unknown %s that is not null becomes a %s of known length: %s', (given, wanted, length) => {
    const known = encodeValue(convert(unknownNotNull(type(given)), type(wanted))) as {
      readonly items?: readonly unknown[];
      readonly entries?: object;
    };
    const parts = known.items ?? (known.entries && Object.keys(known.entries));
    expect(parts?.length).toBe(length);
    expect(encodeValue(convert(unknownValue(type(given)), type(wanted)))).toHaveProperty(
      '$',
      'unknown',
    );
  });

  test('keeps what is unknown and what is secret', () => {
    const unknown = convert(unknownValue(type('tuple([string, number])')), type('list(any)'));
    expect(typeText(typeOf(unknown))).toBe('list(string)');
    expect(convert(markSensitive(made('"5"')), type('number'))).toEqual(markSensitive(made('5')));
    const inside = made('[1]');
    const list = convert(
      { ...inside, items: [markSensitive(made('1'))] } as Value,
      type('list(any)'),
    );
    expect(encodeValue(list)).toEqual({
      $: 'list',
      of: 'number',
      items: [{ $: 'sensitive', value: 1 }],
    });
    const set = convert(list, type('set(number)'));
    expect(encodeValue(set)).toEqual({
      $: 'sensitive',
      value: { $: 'set', of: 'number', items: [1] },
    });
  });
});

describe('unify', () => {
  test.each([
    [['string', 'number', 'bool'], 'string'],
    [['number', 'any'], 'number'],
    [['number', 'bool'], undefined],
    [['list(number)', 'list(string)'], 'list(string)'],
    [['list(string)', 'tuple([number])'], 'list(string)'],
    [['list(string)', 'set(string)'], 'list(string)'],
    [['tuple([number])', 'tuple([string])'], 'tuple([string])'],
    [['tuple([number])', 'tuple([string, string])'], 'list(string)'],
    [['tuple([])', 'tuple([number])'], 'list(number)'],
    [['object({a = number})', 'object({a = string})'], 'object({a=string})'],
    [['object({a = number})', 'object({b = string})'], 'map(string)'],
    [['object({a = number})', 'object({b = list(string)})'], undefined],
    [['map(string)', 'object({b = number})'], 'map(string)'],
    [['map(number)', 'any'], 'any'],
    [['object({})', 'tuple([])'], undefined],
    [['list(string)', 'string'], undefined],
    [[], undefined],
  ])('%j gives %s', (types, result) => {
    const unified = unify(types.map(type));
    expect(unified && typeText(unified)).toBe(result);
  });

  test('brings values along', () => {
    const unified = unifyValues([made('1'), made('"a"')]);
    expect(unified?.values.map(encodeValue)).toEqual(['1', 'a']);
    expect(unifyValues([made('1'), made('[]')])).toBeUndefined();
  });
});
