import { describe, expect, test } from '@jest/globals';
import {
  anyType,
  boolType,
  listOf,
  listValue,
  mapOf,
  mapValue,
  markSensitive,
  numberType,
  numberValue,
  objectOf,
  setOf,
  setValue,
  stringType,
  stringValue,
  tupleOf,
  typeOf,
  typeText,
  unknownValue,
  type Value,
  valueToJson,
  withoutMarks,
} from '../../src/index.ts';
import { problemsOf, resultOf } from './evaluation.ts';

const text = unknownValue(stringType);
const variables: Readonly<Record<string, Value>> = {
  text,
  number: unknownValue(numberType),
  bool: unknownValue(boolType),
  anything: unknownValue(anyType),
  list: unknownValue(listOf(stringType)),
  map: unknownValue(mapOf(numberType)),
  object: unknownValue(objectOf({ b: stringType, a: numberType })),
  tuple: unknownValue(tupleOf([stringType, numberType])),
  partList: listValue(stringType, [text, stringValue('b')]),
  partSet: setValue(stringType, [text, stringValue('b')]),
  partMap: mapValue(stringType, [
    ['a', text],
    ['b', stringValue('x')],
  ]),
  set: unknownValue(setOf(stringType)),
  secret: markSensitive(stringValue('s3cret')),
  secretList: markSensitive(listValue(stringType, [stringValue('a')])),
  secretMap: markSensitive(mapValue(numberType, [['a', numberValue(1)]])),
};

/** Known values as JSON, unknown ones as their type after a question mark; a star says that it is sensitive. */
function shown(expression: string): string {
  return show(resultOf(expression, { variables }));
}

function show(value: Value): string {
  const star = value.sensitive ? '*' : '';
  if (value.kind === 'unknown') return `?${typeText(typeOf(value))}${star}`;
  if ('items' in value) return `[${value.items.map(show).join(', ')}]${star}`;
  if ('entries' in value) {
    const entries = [...value.entries].map(([name, entry]) => `${name}: ${show(entry)}`);
    return `{${entries.join(', ')}}${star}`;
  }
  return valueToJson(withoutMarks(value)) + star;
}

describe('of something unknown', () => {
  test.each([
    ['upper(text)', '?string'],
    ['upper(anything)', '?string'],
    ['length(list)', '?number'],
    ['length(tuple)', '2'],
    ['length(object)', '2'],
    ['length(partList)', '2'],
    ['length(partSet)', '?number'],
    ['length(anything)', '?number'],
    ['length(text)', '?number'],
    ['keys(object)', '["a", "b"]'],
    ['keys(map)', '?list(string)'],
    ['keys(anything)', '?any'],
    ['keys(partMap)', '["a", "b"]'],
    ['values(map)', '?list(number)'],
    ['values(object)', '?tuple([number,string])'],
    ['values(partMap)', '[?string, "x"]'],
    ['lookup(partMap, "b", "d")', '"x"'],
    ['lookup(partMap, "a", "d")', '?string'],
    ['lookup(partMap, "b", text)', '"x"'],
    ['lookup(map, "b", 1)', '?number'],
    ['lookup(object, "b", 1)', '?string'],
    ['lookup(object, "c", true)', '?bool'],
    ['lookup({ a = 1 }, text, 1)', '?any'],
    ['element(list, 0)', '?string'],
    ['element(tuple, 3)', '?number'],
    ['element(["a", 1], number)', '?any'],
    ['element(partList, 1)', '"b"'],
    ['contains(partList, "b")', 'true'],
    ['contains(partList, "c")', '?bool'],
    ['contains(["a"], text)', '?bool'],
    ['contains(list, "a")', '?bool'],
    ['contains([1], text)', 'false'],
    ['index(partList, "b")', '?number'],
    ['index(["b", text], "b")', '0'],
    ['alltrue([bool, false])', '?bool'],
    ['alltrue([false, bool])', 'false'],
    ['alltrue([true, bool])', '?bool'],
    ['anytrue([bool, true])', 'true'],
    ['anytrue([bool, false])', '?bool'],
    ['coalesce(null, text, "x")', '?string'],
    ['coalesce("x", text)', '"x"'],
    ['coalesce(1, text)', '"1"'],
    ['coalescelist(list, ["a"])', '?any'],
    ['coalescelist(["a"], list)', '["a"]'],
    ['concat([text], ["a"])', '[?string, "a"]'],
    ['concat(list, list)', '?list(string)'],
    ['concat(list, ["a"])', '?any'],
    ['flatten([[text], "a"])', '[?string, "a"]'],
    ['flatten([list, "a"])', '?any'],
    ['flatten([anything])', '?any'],
    ['reverse(partList)', '["b", ?string]'],
    ['reverse(tuple)', '?tuple([number,string])'],
    ['reverse(set)', '?list(string)'],
    ['slice(partList, 1, 2)', '["b"]'],
    ['slice(list, 0, 1)', '?list(string)'],
    ['chunklist(partList, 1)', '[[?string], ["b"]]'],
    ['chunklist(list, 1)', '?list(list(string))'],
    ['distinct(partList)', '?list(string)'],
    ['compact(partList)', '?list(string)'],
    ['sort(partList)', '?list(string)'],
    ['join(",", partList)', '?string'],
    ['merge({ a = 1 }, object)', '?object({a=number,b=string})'],
    ['merge({ a = 1 }, map)', '?any'],
    ['merge(map, map)', '?map(number)'],
    ['merge({ a = text }, { b = 1 })', '{a: ?string, b: 1}'],
    ['zipmap(["a"], [text])', '{a: ?string}'],
    ['zipmap(partList, [1, 2])', '?any'],
    ['zipmap(["a"], list)', '?map(string)'],
    ['setunion(partSet, ["c"])', '?set(string)'],
    ['setproduct([text], [1])', '[[?string, 1]]'],
    ['setproduct(partSet, [1])', '?set(tuple([string,number]))'],
    ['setproduct(list, [1])', '?list(tuple([string,number]))'],
    ['format("%s", text)', '?string'],
    ['format("%v", [text])', '?string'],
    ['formatlist("%s", partList)', '[?string, "b"]'],
    ['formatlist("%s-%s", ["a", "b"], text)', '[?string, ?string]'],
    ['formatlist("%s", list)', '?list(string)'],
    ['jsonencode({ a = text })', '?string'],
    ['yamlencode({ a = text })', '?string'],
    ['regex("(?P<n>a)", text)', '?object({n=string})'],
    ['regex(text, "a")', '?any'],
    ['regexall("a", text)', '?list(string)'],
    ['sum([number, 1])', '?number'],
    ['max(number, 1)', '?number'],
    ['rfc3339_parse(text).unix', '?number'],
    ['fileset(text, "*")', '?set(string)'],
    ['templatefile(text, {})', '?any'],
    ['vault("a", "b")', '?string*'],
    ['consul_key(text)', '?string'],
    ['upper(aws_secretsmanager("a", null))', '?string*'],
    ['try(aws_secretsmanager_raw("a"), "b")', '?any*'],
    ['can(vault("a", "b"))', '?bool'],
  ])('%s = %s', (expression, result) => {
    expect(shown(expression)).toBe(result);
  });

  test.each([
    ['length(bool)', 'not a bool'],
    ['keys(list)', 'This must be a map or object, not a list.'],
    ['merge(list)', 'This must be a map or object, not a list.'],
  ])('%s is wrong all the same', (expression, message) => {
    expect(problemsOf(expression, { variables })).toContain(message);
  });
});

describe('of a secret', () => {
  test.each([
    ['upper(secret)', '"S3CRET"*'],
    ['replace("abc", secret, "")', '"abc"*'],
    ['join(",", [secret, "a"])', '"s3cret,a"*'],
    ['jsonencode({ a = secret })', '"{\\"a\\":\\"s3cret\\"}"*'],
    ['md5(secret)', '"33e1b232a4e6fa0028a6670753749a17"*'],
    ['contains([secret], "a")', 'false*'],
    // Where single elements can carry the mark, the rest stays free of it.
    ['length([secret, "a"])', '2'],
    ['length(secret)', '6*'],
    ['length(secretList)', '1*'],
    ['element(["a", secret], 0)', '"a"'],
    ['element(["a", secret], 1)', '"s3cret"*'],
    ['element(secretList, 0)', '"a"*'],
    ['lookup({ a = secret, b = "x" }, "b", "d")', '"x"'],
    ['lookup({ a = secret }, "a", "d")', '"s3cret"*'],
    ['lookup({ a = "x" }, secret, "d")', '"d"*'],
    ['keys({ a = secret })', '["a"]'],
    ['keys(secretMap)', '["a"]*'],
    ['values({ a = secret, b = 1 })', '["s3cret"*, 1]'],
    ['merge({ a = secret }, { b = 1 })', '{a: "s3cret"*, b: 1}'],
    ['merge(secretMap, { b = 1 })', '{a: 1, b: 1}*'],
    ['zipmap(["a", "b"], [secret, 1])', '{a: "s3cret"*, b: 1}'],
    ['zipmap([secret], [1])', '{s3cret: 1}*'],
    ['concat([secret], ["a"])', '["s3cret"*, "a"]'],
    ['concat(secretList, ["a"])', '["a", "a"]*'],
    ['flatten([[secret], "a"])', '["s3cret"*, "a"]'],
    ['flatten([secretList, "b"])', '["a", "b"]*'],
    ['reverse(["a", secret])', '["s3cret"*, "a"]'],
    ['slice(["a", secret], 0, 1)', '["a"]'],
    ['chunklist(["a", secret], 1)', '[["a"], ["s3cret"*]]'],
    ['coalesce(null, secret, "a")', '"s3cret"*'],
    ['coalesce("a", secret)', '"a"'],
    ['coalescelist([], [secret], ["a"])', '["s3cret"*]'],
    ['coalescelist(secretList)', '["a"]*'],
    ['sort(["b", secret])', '["b", "s3cret"]*'],
    ['setunion([secret], ["b"])', '["b", "s3cret"]*'],
  ])('%s = %s', (expression, result) => {
    expect(shown(expression)).toBe(result);
  });
});
