import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { textOf } from '../../src/range.ts';
import { parseConfig, parseTemplate } from '../../src/syntax/parse.ts';
import { type Node, visit } from '../../src/syntax/visit.ts';
import { generateMutant, generateTemplate, Random } from '../generate-program.ts';

const folder = new URL('../fixtures/valid/', import.meta.url);

test.each(readdirSync(folder))('ranges of %s nest, and come in the order of the text', (name) => {
  check(parseConfig({ name, text: readFileSync(new URL(name, folder), 'utf8') }).value);
});

test('ranges of broken text nest as well', () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const random = new Random(seed);
    check(parseConfig({ name: `mutant ${seed}`, text: generateMutant(random) }).value);
    check(parseTemplate({ name: `template ${seed}`, text: generateTemplate(random) }).value);
  }
});

/** Every node within its parent, and after its elder brothers. */
function check(root: Node): void {
  const last = new Map<Node, number>();
  visit(root, {
    enter(node, parents) {
      const { start, end, source } = node.range;
      if (!(start >= 0 && start <= end && end <= source.text.length)) fail('a range', node);
      const parent = parents.at(-1);
      if (parent !== undefined && !insideSplat(node, parents)) {
        const isInside = start >= parent.range.start && end <= parent.range.end;
        if (!isInside) fail('a child inside its parent', node);
        if (start < (last.get(parent) ?? 0)) fail('in order', node);
        last.set(parent, start);
      }
      return 'go-on';
    },
  });
}

/** The item of a splat stands for the element, at the place of the marker. */
function insideSplat(node: Node, parents: readonly Node[]): boolean {
  return node.kind === 'splat-item' || parents.some(({ kind }) => kind === 'splat');
}

function fail(what: string, node: Node): never {
  const { source, start, end } = node.range;
  throw new Error(`${source.name}: not ${what}: ${node.kind} ${start}-${end} in ${source.text}`);
}

test('every node covers its own text', () => {
  const text = `block "label" name {
  a = -x.y[0] + f(1, "t\${u}", z...) # comment
  b = c ? [for k, v in m : k if v] : { d = e[*].g, (h) : null }
  i = <<-E
    %{ if j ~}
    k \${ l }
    %{ else }%{ for n in o }p%{ endfor }%{ endif }
  E
}
`;
  const { value } = parseConfig({ name: 'x', text });
  const found: string[] = [];
  visit(value.body, {
    enter(node) {
      if (node.kind !== 'body' && node.kind !== 'block') {
        found.push(`${node.kind}: ${textOf(node.range).replaceAll('\n', '\\n')}`);
      }
      return 'go-on';
    },
  });
  expect(found).toMatchInlineSnapshot(`
[
  "identifier: block",
  "label: "label"",
  "label: name",
  "attribute: a = -x.y[0] + f(1, "t\${u}", z...)",
  "identifier: a",
  "binary: -x.y[0] + f(1, "t\${u}", z...)",
  "unary: -x.y[0]",
  "get-index: x.y[0]",
  "get-attribute: x.y",
  "variable: x",
  "identifier: y",
  "number: 0",
  "call: f(1, "t\${u}", z...)",
  "identifier: f",
  "number: 1",
  "template: "t\${u}"",
  "template-text: t",
  "interpolation: \${u}",
  "variable: u",
  "variable: z",
  "attribute: b = c ? [for k, v in m : k if v] : { d = e[*].g, (h) : null }",
  "identifier: b",
  "conditional: c ? [for k, v in m : k if v] : { d = e[*].g, (h) : null }",
  "variable: c",
  "for: [for k, v in m : k if v]",
  "identifier: k",
  "identifier: v",
  "variable: m",
  "variable: k",
  "variable: v",
  "object: { d = e[*].g, (h) : null }",
  "variable: d",
  "splat: e[*].g",
  "variable: e",
  "get-attribute: [*].g",
  "splat-item: [*]",
  "identifier: g",
  "parentheses: (h)",
  "variable: h",
  "literal: null",
  "attribute: i = <<-E\\n    %{ if j ~}\\n    k \${ l }\\n    %{ else }%{ for n in o }p%{ endfor }%{ endif }\\n  E",
  "identifier: i",
  "template: <<-E\\n    %{ if j ~}\\n    k \${ l }\\n    %{ else }%{ for n in o }p%{ endfor }%{ endif }\\n  E",
  "template-text:     ",
  "if-directive: %{ if j ~}\\n    k \${ l }\\n    %{ else }%{ for n in o }p%{ endfor }%{ endif }",
  "variable: j",
  "template-text: \\n    k ",
  "interpolation: \${ l }",
  "variable: l",
  "template-text: \\n    ",
  "for-directive: %{ for n in o }p%{ endfor }",
  "identifier: n",
  "variable: o",
  "template-text: p",
  "template-text: \\n",
]
`);
  expect(value.comments.map(({ range }) => textOf(range))).toEqual(['# comment']);
});

test('every delimiter covers its own text', () => {
  const text = 'b "l" { a = f({ k : 1 }, [(x[1]).*.y]...) ? !"${~ z ~}" : g }';
  const { value } = parseConfig({ name: 'x', text });
  const ranges: string[] = [];
  visit(value.body, {
    enter(node) {
      // Quotes of a string are made when asked for, so they are no properties of its own.
      for (const name of new Set([...Object.keys(node), 'open', 'close'])) {
        const range: unknown = Reflect.get(node, name);
        if (name !== 'range' && isRange(range))
          ranges.push(`${node.kind}.${name} ${textOf(range)}`);
      }
      return 'go-on';
    },
  });
  expect(ranges).toMatchInlineSnapshot(`
[
  "block.open {",
  "block.close }",
  "block.header b "l"",
  "attribute.equals =",
  "conditional.question ?",
  "conditional.colon :",
  "call.open (",
  "call.close )",
  "call.expand ...",
  "object.open {",
  "object.close }",
  "tuple.open [",
  "tuple.close ]",
  "splat.marker .*",
  "parentheses.open (",
  "parentheses.close )",
  "get-index.open [",
  "get-index.close ]",
  "get-attribute.dot .",
  "unary.operatorRange !",
  "template.open "",
  "template.close "",
]
`);
});

function isRange(value: unknown): value is Parameters<typeof textOf>[0] {
  return typeof value === 'object' && value !== null && 'source' in value && 'start' in value;
}
