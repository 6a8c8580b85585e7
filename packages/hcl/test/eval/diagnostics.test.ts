import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/diagnostic.ts';
import { evaluate } from '../../src/eval/evaluate.ts';
import { stringType } from '../../src/value/type.ts';
import {
  listValue,
  markSensitive,
  objectValue,
  unknownValue,
  type Value,
} from '../../src/value/value.ts';
import { evaluated, made, parsed, scopeOf } from './evaluating.ts';

const variables: Readonly<Record<string, Value>> = {
  var: objectValue({
    image: made('"debian"'),
    port: made('8080'),
    none: made('null'),
    password: markSensitive(made('"hunter2"')),
    sizes: made('[1, 2]'),
  }),
  list: made('convert(["a"], list(string))'),
  map: made('convert({alpha = "x"}, map(string))'),
  objects: made('convert([{a = 1}], list(any))'),
};

test.each([
  ['vra.image', 'unknown-variable: vra'],
  ['var.imgae', 'undeclared-name: .imgae'],
  ['var.image.x', 'unsupported-attribute: .x'],
  ['objects.a', 'unsupported-attribute: .a'],
  ['var.none.x', 'attribute-of-null: .x'],
  ['map.beta', 'missing-map-element: .beta'],
  ['var.none[0]', 'index-of-null: [0]'],
  ['var.sizes[2]', 'invalid-index: [2]'],
  ['var.sizes[-1]', 'invalid-index: [-1]'],
  ['var.sizes[0.5]', 'invalid-index: [0.5]'],
  ['var.sizes["x"]', 'invalid-index: ["x"]'],
  ['var.sizes[null]', 'invalid-index: [null]'],
  ['[][0]', 'invalid-index: [0]'],
  ['var["x"]', 'invalid-index: ["x"]'],
  ['var.image[0]', 'invalid-index: [0]'],
  ['convert([1], set(number))[0]', 'invalid-index: [0]'],
  ['1 + "x"', 'invalid-operand: "x"'],
  ['[] * 2', 'invalid-operand: []'],
  ['1 && true', 'invalid-operand: 1'],
  ['!"x"', 'invalid-operand: "x"'],
  ['1 + var.none', 'null-operand: var.none'],
  ['null || false', 'null-operand: null'],
  ['-null', 'null-operand: null'],
  ['0 / 0', 'operation-failed: 0 / 0'],
  ['true ? [] : {}', 'inconsistent-conditional-types: [] : {}'],
  ['null ? 1 : 2', 'null-condition: null'],
  ['"x" ? 1 : 2', 'incorrect-condition-type: "x"'],
  ['true ? "x" : 1 == 1 ? 2 : 3', ''],
  ['[for x in null : x]', 'iteration-over-null: null'],
  ['[for x in 5 : x]', 'not-iterable: 5'],
  ['[for x in [] : x if 1]', 'invalid-for-condition: 1'],
  ['[for x in [1] : x if null]', 'invalid-for-condition: null'],
  ['{for x in [1] : null => x}', 'invalid-object-key: null'],
  ['{for x in [1] : [] => x}', 'invalid-object-key: []'],
  ['{for x in [1, 2] : "k" => x}', 'duplicate-object-key: "k"'],
  ['[for x in [1, 2, 3] : nope]', 'unknown-variable: nope'],
  ['convert(null, list(string))[*]', 'splat-of-null: convert(null, list(string))'],
  ['{(null) = 1}', 'null-key: (null)'],
  ['{([]) = 1}', 'incorrect-key-type: ([])'],
  ['{var.image = 1}', 'ambiguous-attribute-key: var.image'],
  [`"a\${null}"`, 'invalid-template-value: null'],
  [`"a\${[]}"`, 'invalid-template-value: []'],
  ['uper("x")', 'unknown-function: uper'],
  ['upper()', 'not-enough-arguments: )'],
  ['upper("a", "b", "c")', 'too-many-arguments: "b", "c"'],
  ['upper([])', 'invalid-function-argument: []'],
  ['upper(null)', 'invalid-function-argument: null'],
  ['upper("x"...)', 'invalid-expanding-argument: "x"'],
  ['upper(null...)', 'invalid-expanding-argument: null'],
  ['refuse("a")', 'function-failed: refuse("a")'],
  ['refuse("a", "b")', 'invalid-function-argument: "b"'],
  ['try(nope, 1 + "x")', 'function-failed: try(nope, 1 + "x")'],
  ['try()', 'function-failed: try()'],
  ['convert("x", number)', 'invalid-function-argument: "x"'],
  ['convert("x", numbr)', 'invalid-type: numbr'],
  ['1e9999999', 'number-too-large: 1e9999999'],
])('%s', (text, problem) => {
  expect(evaluated(text, variables).problems).toEqual(problem === '' ? [] : [problem]);
});

test('reports every mistake of an expression once', () => {
  expect(evaluated('[nope.a, 1 + "x", nope2[0]]', variables).problems).toEqual([
    'unknown-variable: nope',
    'invalid-operand: "x"',
    'unknown-variable: nope2',
  ]);
});

describe('detail', () => {
  const detailOf = (text: string): string =>
    evaluated(text, variables).diagnostics.list[0]?.detail ?? '';

  test.each([
    ['vra', 'Did you mean "var"?'],
    ['var.imgae', 'Did you mean "image"?'],
    ['map.alhpa', 'Did you mean "alpha"?'],
    ['map.beta', 'It has "alpha".'],
    ['uper("x")', 'Did you mean "upper"?'],
    ['tonumber("1")', 'Write convert(value, number).'],
    ['toset([])', 'Write convert(value, set(any)).'],
    ['var.xyz', 'There is no variable "xyz". Declare it in a block of type "variable".'],
    ['objects.a', '[*].a'],
    ['var.sizes[5]', 'the last one of 2 is 1'],
    [
      'true ? {a = 1} : {a = []}',
      'The attribute "a" differs. The first result is a number, the second a tuple.',
    ],
    ['true ? [1] : [1, {}]', 'The first result has 1 element, the second 2.'],
    ['convert({a = ["x"]}, map(list(number)))', 'at .a[0], a number is required.'],
  ])('of %s says: %s', (text, part) => {
    expect(detailOf(text)).toContain(part);
  });
});

describe('values', () => {
  const valuesOf = (text: string): readonly string[] | undefined =>
    evaluated(text, variables).diagnostics.list[0]?.values;

  test.each([
    ['var.image + 1', ['var.image is "debian"']],
    ['var.password + 1', ['var.password is <sensitive>']],
    ['var.sizes[var.port]', ['var.sizes is [1, 2]', 'var.port is 8080']],
    [`"a\${var.none}"`, ['var.none is null']],
    ['[for x in var.sizes : x.y]', ['x is 1']],
    ['1 + "x"', undefined],
  ])('of %s', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  test('never show a secret, nor a part or the keys of one', () => {
    const secret = markSensitive(objectValue({ token: made('"hunter2"') }));
    const hidden = {
      secret,
      list: markSensitive(listValue(stringType, [made('"hunter2"')])),
      large: markSensitive(made('8111.5')),
      negative: markSensitive(made('-8111')),
      whole: markSensitive(made('8111')),
    };
    for (const text of [
      'secret.token + 1',
      'parseint(secret.token, 10)',
      'list[0] + 1',
      'list[3]',
      '[1][large]',
      '[1][negative]',
      '[1][whole]',
      '{for x in [1, 2] : list[0] => x}',
    ]) {
      const { diagnostics } = evaluated(text, hidden);
      expect(diagnostics.hasErrors).toBe(true);
      expect(
        JSON.stringify(diagnostics.list.map(({ detail, values }) => [detail, values])),
      ).not.toMatch(/hunter2|8111/);
    }
  });

  test('say so when something is not known', () => {
    const { diagnostics } = evaluated('x + "a"', { x: unknownValue(stringType) });
    expect(diagnostics.list[0]?.values).toBeUndefined();
    expect(
      evaluated('[x] + 1', { x: unknownValue(stringType) }).diagnostics.list[0]?.values,
    ).toEqual(['x is not known yet']);
  });
});

test('where nothing can be used, says that rather than that the name is unknown', () => {
  const diagnostics = new Diagnostics();
  evaluate(parsed('[var.image, upper("x")]'), { variables: new Map() }, diagnostics);
  expect(diagnostics.list.map(({ code }) => code)).toEqual([
    'variables-not-allowed',
    'calls-not-allowed',
  ]);
});

test('finds names and functions in outer scopes', () => {
  const diagnostics = new Diagnostics();
  const scope = {
    variables: new Map([['x', made('"b"')]]),
    parent: scopeOf({ x: made('1'), y: made('"a"') }),
  };
  const value = evaluate(parsed(`upper("\${y}\${x}")`), scope, diagnostics);
  expect(value).toEqual(made('"AB"'));
});
