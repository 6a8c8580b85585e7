import { expect, test } from '@jest/globals';
import {
  anyType,
  boolType,
  listOf,
  mapOf,
  objectOf,
  setOf,
  stringType,
  tupleOf,
} from '../../src/value/type.ts';
import { typeName, typeText, wantedTypeName } from '../../src/value/type-name.ts';

test.each([
  { type: stringType, name: 'string', text: 'string' },
  { type: anyType, name: 'dynamic', text: 'any' },
  { type: listOf(setOf(boolType)), name: 'list of set of bool', text: 'list(set(bool))' },
  { type: mapOf(anyType), name: 'map of dynamic', text: 'map(any)' },
  { type: tupleOf([stringType, boolType]), name: 'tuple', text: 'tuple([string,bool])' },
  {
    type: objectOf({ b: stringType, a: boolType, 'x y': boolType }, new Set(['b'])),
    name: 'object',
    text: 'object({a=bool,b=optional(string),"x y"=bool})',
  },
])('$text', ({ type, name, text }) => {
  expect(typeName(type)).toBe(name);
  expect(typeText(type)).toBe(text);
});

test('says what is wanted', () => {
  expect(wantedTypeName(anyType)).toBe('any type');
  expect(wantedTypeName(listOf(anyType))).toBe('list of any single type');
});
