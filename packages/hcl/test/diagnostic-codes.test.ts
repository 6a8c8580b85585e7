import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Diagnostics } from '../src/diagnostic.ts';
import { emptyScope } from '../src/eval/scope.ts';
import { parseJsonConfig } from '../src/json/parse-json-config.ts';
import { attributesOnly, bodyContent } from '../src/schema/body-content.ts';
import { decodeItems } from '../src/schema/decode-body.ts';
import { parseConfig } from '../src/syntax/parse.ts';
import { stringType } from '../src/value/type.ts';

/** Codes are what programs match on: each has a text here that has just that mistake. */

const deep = '['.repeat(500);

test.each([
  ['a = 1 +', 'missing-expression'],
  ['a = )', 'invalid-expression'],
  ['a = @', 'invalid-character'],
  ['a = "x', 'unclosed-string'],
  ['a = "x\ny"', 'multi-line-string'],
  ['a = "${1', 'unclosed-sequence'],
  ['a = "%{if true}x"', 'unclosed-directive'],
  ['a = "%{}x"', 'missing-directive'],
  ['a = "%{if true 1}x%{endif}"', 'extra-in-directive'],
  ['/* x', 'unclosed-comment'],
  ['5', 'item-expected'],
  ['"a" = 1', 'quoted-name'],
  ['a = 1\na = 2', 'attribute-redefined'],
  ['a = 1,', 'comma-after-argument'],
  ['a = 1 b = 2', 'missing-newline'],
  ['a "x${1}" {\n}', 'template-in-label'],
  ['a { b = 1 c = 2 }', 'invalid-one-line-block'],
  ['a "x"\n{\n}', 'invalid-block'],
  ['a = 0x10', 'invalid-number'],
  ['a = true ? 1', 'missing-false-expression'],
  ['a = b.(c)', 'invalid-attribute-name'],
  ['a = b.*.*', 'nested-splat'],
  ['a = b[0 1]', 'unclosed-index'],
  ['a = (1 2)', 'unclosed-parentheses'],
  ['a = f(1 2)', 'missing-argument-separator'],
  ['a = [1 2]', 'missing-item-separator'],
  ['a = { b\n}', 'missing-attribute-value'],
  ['a = [for x of b : x]', 'invalid-for'],
  ["a = 'x'", 'single-quotes'],
  ['a = \u201cx\u201d', 'curly-quotes'],
  ['a = `x`', 'backticks'],
  ['a = 1;', 'semicolon'],
  ['a = ${b}', 'bare-interpolation'],
  ['a = 1 & 2', 'unsupported-operator'],
  ['a = "${1 2}"', 'extra-in-interpolation'],
  ['a = "%{nope}"', 'unknown-directive'],
  ['a = "%{endif}"', 'unbalanced-directive'],
  ['a = <<EOT\nx', 'unclosed-heredoc'],
  ['a = << EOT\nx\nEOT\n', 'malformed-heredoc'],
  ['a = f(1', 'unclosed-call'],
  ['a = [1', 'unclosed-tuple'],
  ['a = { b = 1', 'unclosed-object'],
  ['a = { b 1 }', 'missing-key-separator'],
  ['a {', 'unclosed-block'],
  ['a { b { } }', 'nested-in-one-line-block'],
  ['a = f([1]... 2)', 'argument-after-expansion'],
  ['a = x.0.1.2', 'chained-legacy-index'],
  ['a = x::', 'missing-function-name'],
  ['a = x::y', 'missing-open-parenthesis'],
  [`a = ${deep}`, 'nested-too-deeply'],
  [`a = 1${' + 1'.repeat(1100)}`, 'chain-too-long'],
])('parsing %j raises %s', (text, code) => {
  const { diagnostics } = parseConfig({ name: 'a.hcl', text });
  expect(diagnostics.map((one) => one.code)).toContain(code);
});

test.each([
  ['', 'json-missing-value'],
  ['1', 'json-root-not-object'],
  ['[1]', 'json-wrong-type'],
  ['{ "a": 1, }', 'json-trailing-comma'],
  ['{ "a" 1 }', 'json-missing-colon'],
  ['{ "a": 1 "b": 2 }', 'json-missing-comma'],
  ['{ a: 1 }', 'json-invalid-name'],
  ['{ "a": nil }', 'json-invalid-keyword'],
  ['{ "a": 01 }', 'json-invalid-number'],
  ['{ "a": @ }', 'json-invalid-value'],
  ['{ "a": \'x\' }', 'json-single-quotes'],
  ['{ "a": "\\d" }', 'json-invalid-escape'],
  ['{ "a": "x\ty" }', 'json-control-character'],
  ['{ "a": "x', 'json-unclosed-string'],
  ['{ "a": [1', 'json-unclosed'],
  ['{} x', 'json-extra-text'],
  ['{ // x\n}', 'json-comment'],
  [`{ "a": ${deep}`, 'json-too-deep'],
])('reading %j raises %s', (text, code) => {
  const { diagnostics } = parseJsonConfig({ name: 'a.json', text });
  expect(diagnostics.map((one) => one.code)).toContain(code);
});

test('decoding raises missing-block', () => {
  const { value } = parseConfig({ name: 'a.hcl', text: '' });
  const schema = {
    attributes: {},
    blocks: { disk: { labels: [], body: { attributes: {}, blocks: {} }, min: 1 } },
  };
  const found = new Diagnostics();
  decodeItems([], schema, value.range, found);
  bodyContent(value.body, schema, value.range, found);
  expect(found.list.map((one) => one.code)).toEqual(['missing-block']);
});

test('blocks and arguments raise what does not fit a schema', () => {
  const text = `
a = []
b = null
b2 = 1
one "x" {
}
two {
}
two {
}
three {
}
text {
}
one = 1
other {
}
`;
  const { value } = parseConfig({ name: 'a.hcl', text });
  const body = { attributes: {}, blocks: {} };
  const schema = {
    attributes: {
      a: { type: stringType },
      b: { type: stringType, engine: { nullable: false } },
      text: { type: stringType },
      needed: { type: stringType, required: true },
    },
    blocks: {
      one: { labels: [], body },
      two: { labels: [], body, max: 1 },
      three: { labels: ['type'], body },
    },
  };
  const found = new Diagnostics();
  const items = value.body.items.map((item) => ({ item, scope: emptyScope }));
  decodeItems([...items, ...items.slice(0, 1)], schema, value.range, found);
  attributesOnly(value.body, found);
  const codes = new Set(found.list.map((one) => one.code));
  expect([...codes].toSorted()).toEqual([
    'duplicate-argument',
    'duplicate-block',
    'extraneous-label',
    'incorrect-attribute-type',
    'missing-argument',
    'missing-label',
    'unexpected-block',
    'unsuitable-value',
    'unsupported-argument',
    'unsupported-block-type',
  ]);
});

test('every code stands in some test or fixture', () => {
  const texts = textsIn(import.meta.dirname, /\.(?:ts|hcl)$/).join('\n');
  const code = /(?:\bproblem\(\s*|\berror\(\s*|\bcode: )'([a-z]+(?:-[a-z]+)*)'/g;
  const all = textsIn(join(import.meta.dirname, '../src'), /\.ts$/).flatMap((text) =>
    [...text.matchAll(code)].map(([, name]) => name as string),
  );
  expect(all.length).toBeGreaterThan(100);
  const missing = [...new Set(all)].filter((name) => !isNamed(texts, name));
  // 'uneven-splat' no text can have: elements of a list have one type, and so has a step into them.
  expect(missing).toEqual([]);
});

function isNamed(texts: string, code: string): boolean {
  return new RegExp(`['"\`]${code}['"\`:]`).test(texts);
}

function textsIn(folder: string, names: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => names.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
