import { expect, test } from '@jest/globals';
import { headlines, planAt, workspace } from './bake-template.ts';

/** What planning these files says, and the builds it plans. */
async function planned(
  files: Readonly<Record<string, string>>,
  assignments: readonly string[] = [],
): Promise<{ readonly said: readonly string[]; readonly texts: readonly unknown[] }> {
  const space = workspace(files);
  try {
    const { plan, diagnostics } = await planAt(space.path, { assignments });
    const texts = plan.builds.flatMap(({ provisioners }) =>
      provisioners.map(({ config }) => (config as Readonly<Record<string, unknown>>)['text']),
    );
    return { said: headlines(diagnostics), texts };
  } finally {
    space.remove();
  }
}

const echo = (text: string): string =>
  JSON.stringify({
    source: { test: { a: { file: 'a' } } },
    build: { sources: ['test.a'], provisioner: { say: { text } } },
  });

test('native files come before JSON files, and both are one template', async () => {
  const { said, texts } = await planned({
    'z.pkr.hcl':
      'variable "x" {\n}\nbuild {\n  sources = ["test.a"]\n  provisioner "say" {\n    text = "hcl"\n  }\n}\n',
    'a.pkr.json': echo('json ${var.x}'),
    'x.auto.pkrvars.hcl': 'x = "from hcl"\n',
    'a.auto.pkrvars.json': '{ "x": "${from json}" }',
  });
  expect(said).toEqual([]);
  expect(texts).toEqual(['hcl', 'json ${from json}']);
});

test('blocks may come as a property that stands there twice, arguments not', async () => {
  const { said, texts } = await planned({
    'a.pkr.json': `{
  "source": { "test": { "a": { "file": "a" } } },
  "source": { "test": { "b": { "file": "b",
    "file": "c" } } },
  "build": { "sources": ["test.a", "test.b"],
    "name": "x",
    "name": "y",
    "provisioner": { "say": { "text": "1" } },
    "provisioner": { "say": { "text": "2" } } },
  "locals": { "x": 1,
    "x": 2 }
}`,
  });
  expect(said).toEqual([
    'a.pkr.json:11 Duplicate argument',
    'a.pkr.json:7 Duplicate argument',
    'a.pkr.json:4 Duplicate argument',
  ]);
  expect(texts).toEqual(['1', '2', '1', '2']);
});

test('a variable file in JSON gives literal values only', async () => {
  const { said } = await planned({
    'a.pkr.json': '{ "variable": { "n": { "type": "number", "default": 1 } } }',
    'b.pkr.hcl': 'source "test" "a" {\n  file = "a"\n}\nbuild {\n  sources = ["test.a"]\n}\n',
    'a.auto.pkrvars.json': '{\n  "n": "${1 + 1}"\n}',
    'b.auto.pkrvars.json': '{\n  "n": 1,\n  "n": 2\n}',
    'c.auto.pkrvars.json': '{ "n": 1',
  });
  expect(said).toEqual([
    'b.auto.pkrvars.json:3 Duplicate argument',
    'c.auto.pkrvars.json:1 Unclosed object',
    'a.auto.pkrvars.json:2 Invalid value for variable',
  ]);
});

test('a description may hold what would be no template', async () => {
  const { said } = await planned({
    'a.pkr.json': JSON.stringify({
      variable: { x: { default: 'a', description: 'Write ${ for a brace.' } },
      packer: { required_plugins: { file: { version: '>= 1.0.0', source: 'no source' } } },
      ...JSON.parse(echo('x')),
    }),
  });
  expect(said).toEqual(['a.pkr.json:1 Failed to parse source']);
});
