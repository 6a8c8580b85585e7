import { describe, expect, test } from '@jest/globals';
import { JsonFailure, jsonToValue, NotJson, valueToJson } from '../../src/value/json.ts';
import { unknownValue } from '../../src/value/value.ts';
import { made } from '../eval/evaluating.ts';

describe('valueToJson', () => {
  test.each([
    ['{b = 1, a = [true, null, 1.50], "é" = {}}', '{"a":[true,null,1.5],"b":1,"é":{}}'],
    ['1e30', '1000000000000000000000000000000'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['convert(["b", "a"], set(string))', '["a","b"]'],
    ['"<&>"', '"<&>"'],
    ['"\\n\\t\\"\\\\\\u0001\\u2028"', '"\\n\\t\\"\\\\\\u0001\\u2028"'],
  ])('%s', (text, json) => {
    expect(valueToJson(made(text))).toBe(json);
  });

  test('escapes for HTML when asked, and only what is not escaped already', () => {
    expect(valueToJson(made('"<&>\\\\ud800"'), { escapeHtml: true })).toBe(
      '"\\u003c\\u0026\\u003e\\\\ud800"',
    );
    expect(valueToJson({ kind: 'string', value: '\ud800' })).toBe('"\\ufffd"');
  });

  test('has no form for what is unknown or infinite', () => {
    expect(() => valueToJson(unknownValue())).toThrow(NotJson);
    expect(() => valueToJson(made('[1 / 0]'))).toThrow(NotJson);
  });
});

describe('jsonToValue', () => {
  test.each([
    '{"a":[1,2.5,"x\\n",null,true,false],"b":{}}',
    '[]',
    '123456789012345678901234567890.5',
    '"\\u2028"',
    '"a"',
  ])('reads %s as it was', (json) => {
    expect(valueToJson(jsonToValue(json))).toBe(json);
  });

  test('takes white space, and the last of equal names', () => {
    expect(valueToJson(jsonToValue(' { "a" : 1 ,\n"a":2 }\t'))).toBe('{"a":2}');
  });

  test.each([
    ['', 0],
    ['[1,]', 3],
    ['[1', 2],
    ['{a:1}', 1],
    ['{"a" 1}', 5],
    ['01', 1],
    ['1 2', 2],
    ['"a\nb"', 0],
    ['nul', 0],
    ['{"a":1,"a":"x"}', 7],
    ['"\\x"', 0],
  ])('refuses %j at %i', (json, offset) => {
    let failure: unknown;
    try {
      jsonToValue(json);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(JsonFailure);
    expect((failure as JsonFailure).offset).toBe(offset);
  });

  test('refuses what is nested too deep instead of overflowing the stack', () => {
    expect(() => jsonToValue('['.repeat(100000))).toThrow(JsonFailure);
  });
});
