import { join } from 'node:path';
import { renderDiagnostic } from '@bake/hcl';
import { afterAll, expect, test } from '@jest/globals';
import { load, readVariables } from '../src/index.ts';
import { headlines, workspace } from './bake-template.ts';

const { path, remove } = workspace({
  'main.pkr.hcl': `
variable "li" {
  type      = list(string)
  sensitive = true
}
variable "pw" {
  type      = number
  sensitive = true
}
variable "keys" {
  type      = map(number)
  sensitive = true
}
variable "plain" {
  type = list(string)
}
variable "parens" {
  default = ([1])
}
variable "chosen" {
  default = true ? [1] : [2]
}
variable "switch" {
  default = !true
}
variable "none" {
  default = []
}
`,
  'wrong-type.hcl': 'pw = "hunter2secret"\n',
  'two-lines.hcl': 'li = [\n  hunter2secret,\n]\nplain = 5\n',
  'keys.hcl': 'keys = { hunter2secret = [] }\n',
  'broken.hcl': 'pw = "hunter2secret\n',
  'twice.hcl': 'pw = 1\npw = "hunter2secret"\n',
  'line.json': '{ "pw": "hunter2secret", "plain": 5 }',
  'twice.json': '{\n"pw": 1,\n"pw": "hunter2secret"\n}',
  'broken.json': '{ "pw": hunter2secret }',
});
afterAll(remove);

interface Inputs {
  readonly files?: readonly string[];
  readonly assignments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

function read({ files = [], assignments = [], environment = {} }: Inputs) {
  return readVariables(load(path).value, {
    variables: {
      environment,
      files: files.map((name) => join(path, name)),
      assignments,
      warnUndeclared: true,
    },
    workingDir: path,
    startTime: new Date(),
  });
}

test.each<readonly [string, Inputs, number]>([
  ['a bare word', { assignments: ['li=hunter2secret'] }, 1],
  ['what does not parse', { assignments: ['li=[hunter2secret'] }, 1],
  ['a reference', { environment: { PKR_VAR_li: '["x$' + '{hunter2secret}"]' } }, 1],
  ['a call', { assignments: ['li=[hunter2secret("x")]'] }, 1],
  ['text for a number', { assignments: ['pw=hunter2secret'] }, 1],
  ['keys', { assignments: ['keys={ hunter2secret = [] }'] }, 1],
  ['text for a number in a file', { files: ['wrong-type.hcl'] }, 1],
  ['a reference in a file, beside another mistake', { files: ['two-lines.hcl'] }, 2],
  ['keys in a file', { files: ['keys.hcl'] }, 1],
  ['a file that does not parse', { files: ['broken.hcl'] }, 1],
  ['a name given twice in a file', { files: ['twice.hcl'] }, 1],
  ['another mistake on the same line', { files: ['line.json'] }, 2],
  ['a name given twice in JSON', { files: ['twice.json'] }, 1],
  ['JSON that does not parse', { files: ['broken.json'] }, 1],
])('a sensitive value is not shown by a report about %s', (_, inputs, least) => {
  const { diagnostics } = read(inputs);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.length).toBeGreaterThanOrEqual(least);
  for (const diagnostic of diagnostics) {
    const { subject, context, ...said } = diagnostic;
    expect(JSON.stringify(said)).not.toContain('hunter2');
    expect(JSON.stringify(renderDiagnostic(diagnostic))).not.toContain('hunter2');
  }
});

test('a mistake on another line than a secret keeps its place', () => {
  expect(headlines(read({ files: ['two-lines.hcl'] }).diagnostics)).toContain(
    'two-lines.hcl:4 Invalid value for variable',
  );
});

test.each<Inputs>([
  { assignments: ['plain=[', 'li=['] },
  { assignments: ['plain=word', 'li=word'] },
  { environment: { PKR_VAR_plain: '5', PKR_VAR_li: '[' } },
])('a value that cannot be read counts as given, but unknown: %j', (inputs) => {
  const { value } = read(inputs);
  for (const name of ['plain', 'li']) {
    expect(value.get(name)).toMatchObject({ isSet: true, value: { kind: 'unknown' } });
  }
});

test.each([
  ['parens', '[3]', { kind: 'tuple', items: [{ value: 3 }] }],
  ['chosen', '[3]', { kind: 'tuple', items: [{ value: 3 }] }],
  ['switch', '1 == 1', { kind: 'bool', value: true }],
  ['none', '[3]', { kind: 'string', value: '[3]' }],
])('text for %s is read as its default is: %s', (name, text, expected) => {
  const { value } = read({ assignments: [`${name}=${text}`] });
  expect(value.get(name)?.value).toMatchObject(expected);
});
