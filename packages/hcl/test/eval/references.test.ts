import { expect, test } from '@jest/globals';
import { type Reference, referencesIn } from '../../src/eval/references.ts';
import { textOf } from '../../src/range.ts';
import { parseConfig } from '../../src/syntax/parse.ts';
import { parsed } from './evaluating.ts';

function shown({ root, path }: Reference): string {
  const steps = path.map((step) => {
    if (typeof step === 'string') return `.${step}`;
    return step.index !== undefined && 'value' in step.index ? `[${step.index.value}]` : '[?]';
  });
  return root + steps.join('');
}

test.each([
  ['var.a', ['var.a']],
  ['var.a[0].b["c"][var.i]', ['var.a[0].b[c][?]', 'var.i']],
  ['local.x.0.y', ['local.x[0].y']],
  ['local.list[*].a[local.n]', ['local.list', 'local.n']],
  ['(local.a).b', ['local.a']],
  ['f(a, b...) + -c ? d : !e', ['a', 'b', 'c', 'd', 'e']],
  ['{a = b, (c) = d, "e" = f}', ['b', 'c', 'd', 'f']],
  ['[for x in var.l : x + y if x]', ['var.l', 'y']],
  ['{for k, v in x : k => [for x in v : x]}', ['x']],
  [
    `"\${a}%{ if b }\${c}%{ else }\${d}%{ endif }%{ for e in f }\${e}\${g}%{ endfor }"`,
    ['a', 'b', 'c', 'd', 'f', 'g'],
  ],
  ['convert(a, list(string))', ['a']],
  ['1 + "x"', []],
])('in %s', (text, references) => {
  expect(referencesIn(parsed(text)).map(shown)).toEqual(references);
});

test('have the range of the whole access', () => {
  const [reference] = referencesIn(parsed('1 + var.a[0].b'));
  expect(reference && textOf(reference.range)).toBe('var.a[0].b');
});

test('in a body leave out the iterators of dynamic blocks', () => {
  const { value } = parseConfig({
    name: 'test.hcl',
    text: `
      a = local.a
      dynamic "disk" {
        for_each = disk.list
        labels   = [disk.key]
        content {
          size = disk.value + local.b
          dynamic "part" {
            for_each = disk.value
            iterator = it
            content { name = "\${it.key}\${disk.key}\${part.x}" }
          }
        }
      }
      block { b = disk.c }`,
  });
  expect(referencesIn(value.body).map(shown)).toEqual([
    'local.a',
    'disk.list',
    'local.b',
    'part.x',
    'disk.c',
  ]);
});
