import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/diagnostic.ts';
import { typeFromExpression } from '../../src/eval/type-expression.ts';
import { textOf } from '../../src/range.ts';
import { typeText } from '../../src/value/type-name.ts';
import { parsed } from './evaluating.ts';

function read(text: string): { type: string; problems: readonly string[] } {
  const diagnostics = new Diagnostics();
  const { type } = typeFromExpression(parsed(text), diagnostics);
  return {
    type: typeText(type),
    problems: diagnostics.list.map(({ code, subject }) => `${code}: ${subject && textOf(subject)}`),
  };
}

describe('typeFromExpression', () => {
  test.each([
    'string',
    'number',
    'bool',
    'any',
    'list(string)',
    'set(map(any))',
    'tuple([])',
    'tuple([string,list(number)])',
    'object({})',
    'object({a=string,b=optional(list(number))})',
  ])('reads %s', (text) => {
    expect(read(text)).toEqual({ type: text, problems: [] });
  });

  test.each([
    ['strng', 'invalid-type: strng'],
    ['"string"', 'invalid-type: "string"'],
    ['null', 'invalid-type: null'],
    ['list', 'invalid-type: list'],
    ['list()', 'invalid-type: ()'],
    ['list(string, number)', 'invalid-type: number'],
    ['string()', 'invalid-type: ()'],
    ['lisst(string)', 'invalid-type: lisst(string)'],
    ['tuple(string)', 'invalid-type: string'],
    ['object(string)', 'invalid-type: string'],
    ['object({"a" = string})', 'invalid-type: "a"'],
    ['object({a = string, a = number})', 'invalid-type: a'],
    ['object({a = optional()})', 'invalid-type: ()'],
    ['object({a = optional(string, "x", 1)})', 'invalid-type: (string, "x", 1)'],
    ['object({a = optional(number, "x")})', 'invalid-optional-default: "x"'],
    ['object({a = optional(string, var.x)})', 'variables-not-allowed: var'],
    ['optional(string)', 'invalid-type: optional'],
    ['list(optional(string))', 'invalid-type: optional'],
    ['1 + 1', 'invalid-type: 1 + 1'],
  ])('refuses %s', (text, problem) => {
    expect(read(text).problems).toEqual([problem]);
  });
});
