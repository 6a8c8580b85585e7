import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/diagnostic.ts';
import { evaluate } from '../../src/eval/evaluate.ts';
import { expandDynamic } from '../../src/eval/expand-dynamic.ts';
import type { Scope } from '../../src/eval/scope.ts';
import { textOf } from '../../src/range.ts';
import type { Body } from '../../src/syntax/ast.ts';
import { parseConfig } from '../../src/syntax/parse.ts';
import { renderShort } from '../../src/value/render.ts';
import { markSensitive, unknownValue, type Value } from '../../src/value/value.ts';
import { made, scopeOf } from './evaluating.ts';

/** The expanded body on one line: `a=1 disk "x" { size=2 }`, with `?` and `!` for unknown and secret blocks. */
function expanded(
  text: string,
  variables: Readonly<Record<string, Value>> = {},
): { shown: string; problems: readonly string[] } {
  const { value, diagnostics: syntax } = parseConfig({ name: 'test.hcl', text });
  expect(syntax).toEqual([]);
  const diagnostics = new Diagnostics();
  const shown = show(value.body, scopeOf(variables), diagnostics);
  const problems = diagnostics.list.map(
    ({ code, subject }) => `${code}: ${subject && textOf(subject)}`,
  );
  return { shown, problems };
}

function show(body: Body, scope: Scope, diagnostics: Diagnostics): string {
  const items = expandDynamic(body, scope, diagnostics).items.map((scoped) => {
    const { item } = scoped;
    if (item.kind === 'attribute') {
      const value = evaluate(item.value, scoped.scope, diagnostics);
      return `${item.name.name}=${renderShort(value)}`;
    }
    const flags = `${scoped.isUnknown ? '?' : ''}${scoped.isSensitive ? '!' : ''}`;
    const labels = item.labels.map(({ value }) => ` "${value}"`).join('');
    const inner = show(item.body, scoped.scope, diagnostics);
    return `${flags}${item.type.name}${labels} { ${inner} }`;
  });
  return items.join(' ');
}

describe('expandDynamic', () => {
  test.each([
    ['a = 1\nb {}', 'a=1 b {  }'],
    [
      'x = 1\ndynamic "disk" {\n for_each = [10, 20]\n content { size = disk.value }\n}\ny = 2',
      'x=1 disk { size=10 } disk { size=20 } y=2',
    ],
    [
      'dynamic "disk" {\n for_each = {a = 1, b = 2}\n iterator = it\n labels = [it.key]\n content { size = it.value }\n}',
      'disk "a" { size=1 } disk "b" { size=2 }',
    ],
    [
      'dynamic "a" {\n for_each = [[1, 2], [3]]\n content {\n  dynamic "b" {\n   for_each = a.value\n   content { n = b.value + a.key }\n  }\n }\n}',
      'a { b { n=1 } b { n=2 } } a { b { n=4 } }',
    ],
    ['dynamic "disk" {\n for_each = []\n content {}\n}', ''],
    [
      'dynamic "d" {\n for_each = convert(["b", "a"], set(string))\n content { k = d.key }\n}',
      'd { k="a" } d { k="b" }',
    ],
  ])('%#', (text, shown) => {
    expect(expanded(text)).toEqual({ shown, problems: [] });
  });

  test('stands one block of unknown content for an unknown number', () => {
    const text = 'dynamic "d" {\n for_each = list\n content { v = d.value }\n}';
    expect(expanded(text, { list: unknownValue() }).shown).toBe('?d { v=<unknown> }');
  });

  test('makes what comes from a secret secret', () => {
    const text = 'dynamic "d" {\n for_each = list\n content { v = d.value }\n}';
    expect(expanded(text, { list: markSensitive(made('[1]')) }).shown).toBe('!d { v=<sensitive> }');
  });

  test.each([
    ['dynamic {}', 'invalid-dynamic-labels: dynamic'],
    ['dynamic "a" "b" {\n for_each = []\n content {}\n}', 'invalid-dynamic-labels: "b"'],
    ['dynamic "a" {\n content {}\n}', 'missing-argument: dynamic "a"'],
    ['dynamic "a" {\n for_each = []\n}', 'missing-dynamic-content: dynamic "a"'],
    [
      'dynamic "a" {\n for_each = []\n content {}\n content {}\n}',
      'extra-dynamic-content: content',
    ],
    [
      'dynamic "a" {\n for_each = []\n content "x" {}\n}',
      'extra-dynamic-content-label: content "x"',
    ],
    ['dynamic "a" {\n for_each = []\n content {}\n other {}\n}', 'unsupported-block-type: other'],
    [
      'dynamic "a" {\n for_eech = []\n for_each = []\n content {}\n}',
      'unsupported-argument: for_eech',
    ],
    [
      'dynamic "a" {\n for_each = []\n iterator = x.y\n content {}\n}',
      'invalid-dynamic-iterator: x.y',
    ],
    ['dynamic "a" {\n for_each = []\n labels = "x"\n content {}\n}', 'invalid-dynamic-labels: "x"'],
    ['dynamic "a" {\n for_each = 5\n content {}\n}', 'invalid-dynamic-for-each: 5'],
    ['dynamic "a" {\n for_each = null\n content {}\n}', 'invalid-dynamic-for-each: null'],
    ['dynamic "a" {\n for_each = nope\n content {}\n}', 'unknown-variable: nope'],
    [
      'dynamic "a" {\n for_each = [1, 2]\n labels = [null]\n content {}\n}',
      'invalid-dynamic-label: null',
    ],
    [
      'dynamic "a" {\n for_each = [1, 2]\n labels = [[]]\n content {}\n}',
      'invalid-dynamic-label: []',
    ],
  ])('refuses %j', (text, problem) => {
    expect(expanded(text, { x: made('1') }).problems).toEqual([problem]);
  });
});
