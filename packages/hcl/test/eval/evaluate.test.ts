import { describe, expect, test } from '@jest/globals';
import { encoded, made } from './evaluating.ts';

const list = made('convert(["a", "b"], list(string))');
const map = made('convert({x = 1, y = 2}, map(number))');

describe('evaluate', () => {
  test.each([
    ['"5" + 1', 6],
    ['7 % 3 * 2 - 1', 1],
    ['2 + 3 * 4', 14],
    ['-(3)', -3],
    ['!"false"', true],
    ['1 == "1"', false],
    ['[1] != [2]', true],
    ['"10" > 9', true],
    ['"true" && true', true],
    ['null && true', false],
    ['false && nothing', false],
    ['nothing || true', true],
    ['true ? 1 : "a"', '1'],
    ['true ? [1] : ["a", "b"]', { $: 'list', of: 'string', items: ['1'] }],
    ['false ? {a = 1} : {b = "x"}', { $: 'map', of: 'string', entries: { b: 'x' } }],
    ['true ? null : 1', { $: 'null', type: 'number' }],
    ['true ? 1 : nothing', 1],
    ['{a = 1, a = 2, (upper("b")) = 3, "c d" = 4}', { B: 3, a: 2, 'c d': 4 }],
    ['{true = 1, null = 2, 3 = 3}', { '3': 3, null: 2, true: 1 }],
    ['count(1, [2, 3]...)', 3],
    ['try(nothing.a, [][0], "last")', 'last'],
    ['can(nothing)', false],
    ['can(1)', true],
    ['convert("5", number)', 5],
    ['(((1)))', 1],
  ])('%s', (text, result) => {
    expect(encoded(text)).toEqual(result);
  });
});

describe('access to parts', () => {
  test.each([
    ['[1, 2][1]', 2],
    ['[1, 2]["0"]', 1],
    ['list.1', 'b'],
    ['{a = {b = 1}}.a.b', 1],
    ['{a = 1}["a"]', 1],
    ['map.x', 1],
    ['map["y"]', 2],
    ['[{a = 1}, {a = "x"}][*].a', [1, 'x']],
    ['[{a = [1]}, {a = [2]}].*.a.0', [1, 2]],
    ['"x"[*]', ['x']],
    ['null[*]', []],
    ['list[*]', { $: 'list', of: 'string', items: ['a', 'b'] }],
    ['[{a = [{b = 1}, {b = 2}]}][*].a[*].b', [[1, 2]]],
    ['{a = 1}.*.a', [1]],
  ])('%s', (text, result) => {
    expect(encoded(text, { list, map })).toEqual(result);
  });
});

describe('for', () => {
  test.each([
    ['[for x in list : upper(x)]', ['A', 'B']],
    ['[for i, x in list : i if x != "b"]', [{ $: 'number', text: '0', precision: 64 }]],
    [`[for k, v in map : "\${k}=\${v}"]`, ['x=1', 'y=2']],
    ['{for k, v in map : v => k}', { '1': 'x', '2': 'y' }],
    ['{for x in ["a", "b", "a"] : x => upper(x)...}', { a: ['A', 'A'], b: ['B'] }],
    ['[for x in [] : nothing]', []],
    ['[for x in [1] : [for y in [x] : x + y]]', [[2]]],
    ['[for x in convert(["b", "a"], set(string)) : x]', ['a', 'b']],
  ])('%s', (text, result) => {
    expect(encoded(text, { list, map })).toEqual(result);
  });
});

describe('templates', () => {
  test.each([
    [`"\${1}"`, 1],
    [`"\${[1]}"`, [1]],
    [`"a\${1}b\${true}"`, 'a1btrue'],
    ['"%{ if true }a%{ else }b%{ endif }"', 'a'],
    [`"%{ if false }\${nothing}%{ endif }"`, ''],
    [`"%{ if true }\${1}%{ endif }"`, '1'],
    [`"%{ for i, x in list }\${i}\${x} %{ endfor }"`, '0a 1b '],
    [`"a \${~ 1 ~} b"`, 'a1b'],
    ['"e\\u0301"', 'é'],
    [`"$\${a} %%{b}"`, `\${a} %{b}`],
    [`<<-EOT\n    a \${1}\n      b\n    EOT\n`, 'a 1\n  b\n'],
  ])('%s', (text, result) => {
    expect(encoded(text, { list })).toEqual(result);
  });
});
