import { expect, test } from '@jest/globals';
import {
  type Attribute,
  Diagnostics,
  evaluate,
  literalExpression,
  parseJsonConfig,
  renderShort,
  type Scope,
  showRange,
  standardFunctions,
  stringValue,
  textOf,
} from '../../src/index.ts';

const scope: Scope = {
  variables: new Map([['name', stringValue('Ada')]]),
  functions: standardFunctions,
};

function attribute(value: string): Attribute {
  const { value: file, diagnostics } = parseJsonConfig({
    name: 'x.pkr.json',
    text: `{\n"a": ${value}\n}`,
  });
  expect(diagnostics).toEqual([]);
  return file.body.items[0] as Attribute;
}

test.each([
  { json: '"plain"', want: '"plain"' },
  { json: '"${name}"', want: '"Ada"' },
  { json: '"${[name, 1]}"', want: '["Ada", 1]' },
  { json: '"$${name} %%{if}"', want: '"${name} %{if}"' },
  { json: '"%{ if name == \\"Ada\\" }yes%{ endif }"', want: '"yes"' },
  { json: '"\\u0065\\u0301"', want: '"\u00e9"' },
  { json: '-12.50', want: '-12.5' },
  { json: '{"//": "kept", "${name}!": null}', want: '{ "//" = "kept", "Ada!" = null }' },
  { json: '"a\\nb"', want: '"a\\nb"' },
])('$json evaluates to $want', ({ json, want }) => {
  const diagnostics = new Diagnostics();
  const value = evaluate(attribute(json).value, scope, diagnostics);
  expect(diagnostics.list).toEqual([]);
  expect(renderShort(value)).toBe(want);
});

test.each([
  { json: '"${name"', want: ['2:7 Unclosed template interpolation sequence «${»'] },
  { json: '"x ${nam}"', want: ['2:11 Unknown variable «nam»'] },
  {
    json: '"\\u0078\\n\\"${upper(\\"a\\", nam)}"',
    want: ['2:32 Too many function arguments «nam»'],
  },
  { json: '{"x": 1, "x": 2}', want: ['2:15 Duplicate object attribute «"x"»'] },
])('what is wrong in $json is found where it stands', ({ json, want }) => {
  const diagnostics = new Diagnostics();
  evaluate(attribute(json).value, scope, diagnostics);
  const found = diagnostics.list.map(({ summary, subject }) => {
    if (subject === undefined) return summary;
    const { line, column } = showRange(subject).start;
    return `${line}:${column} ${summary} «${textOf(subject)}»`;
  });
  expect(found).toEqual(want);
});

test('a literal reading takes strings as they are', () => {
  const diagnostics = new Diagnostics();
  const literal = literalExpression(attribute('["${name", "%{if}"]'));
  const value = evaluate(literal, { variables: new Map() }, diagnostics);
  expect(diagnostics.list).toEqual([]);
  expect(renderShort(value)).toBe('["${name", "%{if}"]');
});
