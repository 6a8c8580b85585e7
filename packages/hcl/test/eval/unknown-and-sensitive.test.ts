import { describe, expect, test } from '@jest/globals';
import {
  boolType,
  listOf,
  numberType,
  objectOf,
  stringType,
  tupleOf,
} from '../../src/value/type.ts';
import {
  listValue,
  markSensitive,
  objectValue,
  unknownValue,
  type Value,
} from '../../src/value/value.ts';
import { encoded, made } from './evaluating.ts';

const secret = (text: string): Value => markSensitive(made(text));

const variables: Readonly<Record<string, Value>> = {
  any: unknownValue(),
  text: unknownValue(stringType),
  number: unknownValue(numberType),
  flag: unknownValue(boolType),
  list: unknownValue(listOf(stringType)),
  pair: unknownValue(tupleOf([stringType, numberType])),
  object: unknownValue(objectOf({ a: stringType })),
  half: objectValue({ a: unknownValue(stringType), b: made('1') }),
  password: secret('"pw"'),
  port: secret('22'),
  yes: secret('true'),
  keys: secret('convert(["k"], list(string))'),
  mixed: listValue(stringType, [made('"a"'), secret('"b"')]),
  login: objectValue({ user: made('"me"'), password: secret('"pw"') }),
  later: markSensitive(unknownValue(stringType)),
};

const unknown = (type: unknown): unknown => ({ $: 'unknown', type });
const notNull = (type: unknown): unknown => ({ $: 'unknown', type, notNull: true });
const hidden = (value: unknown): unknown => ({ $: 'sensitive', value });

describe('unknown', () => {
  test.each([
    ['flag ? any : 1', 'any'],
    ['flag ? text : "a"', 'string'],
    ['flag ? null : 1', 'number'],
    [`"\${text}"`, 'string'],
    ['list[0]', 'string'],
    ['list[number]', 'string'],
    ['pair[1]', 'number'],
    ['pair[number]', 'any'],
    ['object.a', 'string'],
    ['any.b.c', 'any'],
    ['any[0]', 'any'],
    ['[1, 2][number]', 'any'],
    ['text[*]', 'any'],
    ['[for x in list : x]', 'any'],
    ['[for x in [1] : x if flag]', 'any'],
    ['{for x in [1] : text => x}', 'any'],
    ['{(text) = 1}', 'any'],
    ['count(list...)', 'any'],
    ['try(half, 1)', 'any'],
    ['can(half)', 'bool'],
    ['convert(pair, list(any))', ['list', 'string']],
  ])('%s', (text, type) => {
    expect(encoded(text, variables)).toEqual(unknown(type));
  });

  test.each([
    ['number + 1', 'number'],
    ['number < 1', 'bool'],
    ['text == "a"', 'bool'],
    ['-number', 'number'],
    ['!flag', 'bool'],
    ['flag && true', 'bool'],
    ['flag ? 1 : "a"', 'string'],
    [`"a\${text}"`, 'string'],
    ['"%{ if flag }a%{ endif }"', 'string'],
    [`"%{ for x in list }\${x}%{ endfor }"`, 'string'],
    ['list[*]', ['list', 'string']],
    ['pair[*]', ['tuple', ['string', 'number']]],
    ['upper(text)', 'string'],
    ['any == null', 'bool'],
    ['flag ? 1 : number + 1', 'number'],
    ['flag ? { a = 1 } : { a = 2 }', ['object', { a: 'number' }]],
    [`convert("1\${text}", number)`, 'number'],
  ])('%s will not be null', (text, type) => {
    expect(encoded(text, variables)).toEqual(notNull(type));
  });

  test.each([
    [`"a\${text}" == null`, false],
    [`"a\${text}" != null`, true],
    ['upper(text) == null', false],
    ['flag ? 5 : 5', 5],
    ['(number + 1)[*]', [notNull('number')]],
    [
      'flag ? convert(["a"], list(string)) : convert(["b"], list(string))',
      { $: 'list', of: 'string', items: [unknown('string')] },
    ],
    ['flag && false', false],
    ['true || flag', true],
    ['any || true', true],
    ['half.b', 1],
    ['[text, 1][1]', 1],
    ['{a = text}', { a: unknown('string') }],
    ['text == 1', false],
  ])('%s is known all the same', (text, result) => {
    expect(encoded(text, variables)).toEqual(result);
  });
});

describe('sensitive', () => {
  test.each([
    ['password == "x"', hidden(false)],
    ['port + 1', hidden(23)],
    ['-port', hidden(-22)],
    ['yes && true', hidden(true)],
    ['yes ? 1 : 2', hidden(1)],
    ['true ? "a" : password', hidden('a')],
    [`"a\${password}"`, hidden('apw')],
    [`"\${password}"`, hidden('pw')],
    ['"%{ if yes }a%{ endif }"', hidden('a')],
    [`"%{ if true }a%{ else }\${keys}%{ endif }b"`, hidden('ab')],
    [`"%{ for x in keys }\${x}%{ endfor }"`, hidden('k')],
    [`"%{ for x in mixed }\${x}%{ endfor }"`, hidden('ab')],
    ['keys[0]', hidden('k')],
    ['keys[*]', hidden({ $: 'list', of: 'string', items: [hidden('k')] })],
    ['mixed[0]', 'a'],
    ['mixed[1]', hidden('b')],
    ['login.user', 'me'],
    ['login.password', hidden('pw')],
    ['{a = password}', { a: hidden('pw') }],
    ['{(password) = 1}', hidden({ pw: 1 })],
    ['{pw = 1}[password]', hidden(1)],
    ['[for x in keys : x]', hidden([hidden('k')])],
    ['[for x in mixed : x]', ['a', hidden('b')]],
    ['[for x in mixed : 1 if x != "z"]', hidden([1, 1])],
    ['{for x in mixed : x => 1}', hidden({ a: 1, b: 1 })],
    ['upper(password)', hidden('PW')],
    ['jsonencode(login)', hidden('{"password":"pw","user":"me"}')],
    ['convert([password], set(string))', hidden({ $: 'set', of: 'string', items: ['pw'] })],
    ['login == {user = "me", password = "x"}', hidden(false)],
    ['later == "a"', hidden(notNull('bool'))],
    [`"a\${later}"`, hidden(notNull('string'))],
    ['upper(later)', hidden(notNull('string'))],
    ['try(later, 1)', hidden(unknown('any'))],
    ['password[*]', hidden([hidden('pw')])],
  ])('%s', (text, result) => {
    expect(encoded(text, variables)).toEqual(result);
  });
});
