import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());
const fixtures = join(import.meta.dirname, 'fixtures');
const values = join(fixtures, 'values');
const beyond = join(fixtures, 'beyond');

// Every test starts a process or two, and machines may be busy.
jest.setTimeout(60_000);

testWithPacker('bake inspect prints what packer inspect prints', async () => {
  for (const args of [
    [],
    ['-config-type=hcl2'],
    ['.'],
    ['-var', 'unset=given', '-only=nothing', '.'],
    ['main.pkr.hcl'],
  ]) {
    const ours = await runBake(['inspect', ...args], { cwd: values });
    const theirs = runPacker(['inspect', ...args], { cwd: values });
    expect(ours.stdout).toBe(theirs.stdout);
    expect(ours.code).toBe(theirs.code);
  }
});

const legacy = {
  description: 'A thing,\nof two lines',
  variables: { a: 'x', needed: null, secret: 's3cret-w0rd', empty: '', long: '{{env `HOME`}}' },
  'sensitive-variables': ['secret'],
  builders: [
    { type: 'null', name: 'zz' },
    { type: 'null' },
    { type: 'file', name: 'b-{{user `a`}}' },
  ],
  provisioners: [{ type: 'shell' }, { type: 'shell-local', only: ['null'] }],
  'post-processors': ['manifest', ['compress', { type: 'checksum', name: 'sums' }]],
};

testWithPacker('bake inspect prints what packer inspect prints of a legacy template', async () => {
  const cwd = folder.path;
  for (const template of [
    legacy,
    { builders: [{ type: 'null' }] },
    { variables: { a: null } },
    {},
  ]) {
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(template));
    for (const args of [['template.json'], ['-machine-readable', 'template.json']]) {
      const ours = await runBake(['inspect', ...args], { cwd });
      const theirs = runPacker(['inspect', ...args], { cwd });
      const timeless = (text: string): string => text.replaceAll(/^\d+/gm, 'TIME');
      expect(timeless(ours.stdout)).toBe(timeless(theirs.stdout));
      expect(ours.code).toBe(theirs.code);
    }
  }
});

test('bake inspect -json tells the same of a legacy template', async () => {
  const { stdout, code } = await runBake(['inspect', '-json', '-'], {
    input: JSON.stringify(legacy),
  });
  expect(code).toBe(0);
  expect(stdout).not.toContain('s3cret-w0rd');
  const { variables, builds } = JSON.parse(stdout);
  expect(variables.needed).toEqual({ type: 'string', sensitive: false, required: true });
  expect(variables.secret).toEqual({ type: 'string', sensitive: true, required: false });
  expect(variables.a.default).toBe('x');
  expect(builds).toEqual([
    {
      description: 'A thing,\nof two lines',
      sources: [
        { type: 'null', name: 'zz', localName: 'zz' },
        { type: 'null', name: 'null', localName: 'null' },
        { type: 'file', name: 'b-{{user `a`}}', localName: 'b-{{user `a`}}' },
      ],
      provisioners: [
        { type: 'shell', only: [], except: [] },
        { type: 'shell-local', only: ['null'], except: [] },
      ],
      postProcessors: [
        [{ type: 'manifest', only: [], except: [] }],
        [
          { type: 'compress', only: [], except: [] },
          { type: 'checksum', name: 'sums', only: [], except: [] },
        ],
      ],
    },
  ]);
});

test('bake inspect reads HCL on the standard input with -config-type=hcl2', async () => {
  const input = 'variable "a" {\n  default = "x"\n}\n';
  const { stdout, code } = await runBake(['inspect', '-config-type=hcl2', '-'], { input });
  expect(stdout).toContain('var.a: "x"');
  expect(code).toBe(0);
  const asJson = await runBake(['inspect', '-'], { input });
  expect(asJson.stdout).toContain('Cannot read "<stdin>" as a legacy JSON template');
  expect(asJson.code).toBe(1);
});

test('bake inspect reads data sources, hides secrets and passes over mistakes', async () => {
  const { stdout, code } = await runBake(['inspect', beyond]);
  expect(stdout).toBe(`Packer Inspect: HCL2 mode

> input-variables:

var.password: "<sensitive>"

> local-variables:

local.endless: "+Inf"
local.faulty: "<unknown>"
local.greeting: "HELLO"
local.login: "{\\n  \\"password\\" = <sensitive>\\n  \\"user\\" = \\"me\\"\\n}"
local.token: "<sensitive>"

> builds:

  > <unnamed build 0>:

    sources:

      nobody-has-this.a

    provisioners:

      nor-this

    post-processors:

      <no post-processor>

`);
  expect(code).toBe(0);
});

test('bake inspect -json tells the same as one document', async () => {
  const { stdout, code } = await runBake(['inspect', '-json', '-var=unset=given', values]);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(Object.keys(document)).toEqual([
    'format',
    'diagnostics',
    'variables',
    'locals',
    'data',
    'builds',
  ]);
  expect(document.variables.name).toEqual({
    type: 'string',
    description: 'What the machine is called.',
    sensitive: false,
    required: false,
    default: 'web',
    value: 'web',
  });
  expect(document.variables.unset).toEqual({
    type: 'string',
    sensitive: false,
    required: true,
    value: 'given',
  });
  expect(document.variables.password).toEqual({
    type: 'string',
    sensitive: true,
    required: false,
  });
  expect(document.variables.disks.type).toBe('list(number)');
  expect(document.variables.nothing).toMatchObject({ type: 'any', default: null, value: null });
  expect(document.locals.spaced).toEqual({
    sensitive: false,
    value: { 'a b': [10, 2.5], c: {} },
  });
  expect(document.builds).toEqual([
    {
      name: 'first',
      description: 'Of two\nlines.',
      sources: [
        { type: 'null', name: 'b', localName: 'b' },
        { type: 'null', name: 'a', localName: 'a' },
      ],
      provisioners: [
        { type: 'shell-local', only: [], except: [] },
        { type: 'shell-local', name: 'named', only: ['null.a'], except: [] },
      ],
      postProcessors: [
        [{ type: 'manifest', only: [], except: [] }],
        [
          { type: 'shell-local', only: [], except: [] },
          { type: 'checksum', name: 'sums', only: [], except: [] },
        ],
      ],
    },
    {
      sources: [{ type: 'file', name: 'f', localName: 'f' }],
      provisioners: [],
      postProcessors: [],
    },
  ]);
});

test('bake inspect -json leaves out what is secret, unknown or beyond JSON', async () => {
  const { stdout } = await runBake(['inspect', '-json', beyond]);
  expect(stdout).not.toContain('s3cret-w0rd');
  expect(stdout).not.toContain('t0ken');
  const { locals, data, builds } = JSON.parse(stdout);
  expect(locals).toEqual({
    endless: { sensitive: false },
    faulty: { sensitive: false },
    greeting: { sensitive: false, value: 'HELLO' },
    login: { sensitive: true },
    token: { sensitive: true },
  });
  expect(data).toEqual({ 'null.greeting': { sensitive: false, value: { output: 'hello' } } });
  expect(builds[0].sources).toEqual([{ type: 'nobody-has-this', name: 'a', localName: 'renamed' }]);
  expect(builds[0].errorCleanup).toEqual({ type: 'nor-this', only: [], except: [] });
});

test.each([
  {
    what: 'a value for no variable',
    args: ['-var', 'nme=x', values],
    code: 'undefined-variable-argument',
  },
  {
    what: 'a value that does not fit',
    args: ['-var', 'disks="x"', values],
    code: 'invalid-variable-value',
  },
  { what: 'no such file', args: ['/nowhere'], code: 'no-such-path' },
])('bake inspect fails on $what, with -json in a document', async ({ args, code }) => {
  const text = await runBake(['inspect', ...args]);
  expect(text.code).toBe(1);
  expect(text.stdout).toMatch(/^Error: /);
  const json = await runBake(['inspect', '-json', ...args]);
  expect(json.code).toBe(1);
  const { diagnostics, builds } = JSON.parse(json.stdout);
  expect(builds).toBeUndefined();
  expect(diagnostics[0].severity).toBe('error');
  expect(text.stdout).toContain(diagnostics[0].summary);
  expect(diagnostics[0].code).toBe(code);
});
