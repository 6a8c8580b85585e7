import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { runBake, type Scratch, scratch } from './run-bake.ts';

let folder: Scratch;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => folder.remove());

const docs = (...args: readonly string[]) => runBake(['docs', ...args], { cwd: folder.path });

/** A plugin beside the template: what is said about it comes from its schema alone. */
function installPlugin(source: string): void {
  const home = join(folder.path, 'node_modules', 'bake-plugin-ink');
  mkdirSync(home, { recursive: true });
  const bake = { api: 1, provisioners: { ink: './ink.js' } };
  const manifest = { name: 'bake-plugin-ink', version: '1.2.3', type: 'module', bake };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(home, 'ink.js'), source);
}

const ink = `export default {
  kind: 'provisioner', name: 'ink', doc: 'Writes with ink.', provision() {},
  config: {
    colour: { kind: 'string', doc: 'Which ink.', oneOf: ['blue', 'red'], default: 'blue' },
    wait: { kind: 'duration', doc: 'How long it dries.', default: 90000 },
    amount: { kind: 'number', doc: 'How much of it.', unit: 'ml', required: true },
    pens: { kind: 'strings', doc: 'Pens, thinnest first.', default: ['fine', 'broad'] },
    labels: { kind: 'string-map', doc: 'What | to add.', default: { a: 'b' }, example: '{ x = "y" }' },
    code: { kind: 'string', doc: 'Opens the bottle.', sensitive: true },
    feather: { kind: 'bool', doc: 'Write with a feather.', deprecated: 'Use "pens" instead.' },
    stamp: { kind: 'bool', doc: 'Stamp it.', notYet: 'There is no stamp.' },
    page: { kind: 'blocks', doc: 'A page to write on.', body: {
      number: { kind: 'number', doc: 'Which one.', required: true },
    } },
  },
};`;

test('a page says all that the schema of a component knows', async () => {
  installPlugin(ink);
  expect(await docs('ink')).toEqual({
    code: 0,
    stderr: '',
    stdout: `Provisioner "ink"  bake-plugin-ink 1.2.3

Writes with ink.

Options

  colour  string, default "blue"
      Which ink. One of \`blue\`, \`red\`.
  wait  duration, default "90s"
      How long it dries.
  amount  number, ml, required
      How much of it.
  pens  list(string), default ["fine", "broad"]
      Pens, thinnest first.
  labels  map(string), default { "a" = "b" }
      What | to add. Example: \`{ x = "y" }\`.
  code  string
      Opens the bottle. A secret.
  feather  bool
      Write with a feather. Deprecated: Use "pens" instead.
  stamp  bool
      Stamp it. Not yet: There is no stamp.
  page  blocks
      A page to write on.
      number  number, required
          Which one.
`,
  });
});

test('a page in Markdown keeps bars out of the way of its tables', async () => {
  installPlugin(ink);
  const { stdout } = await docs('-format=markdown', 'provisioner', 'ink');
  expect(stdout).toContain('# Provisioner `ink`\n\nWrites with ink.\n');
  expect(stdout).toContain(
    '| `labels` | map(string) | `{ "a" = "b" }` | What \\| to add. Example: `{ x = "y" }`. |\n',
  );
  expect(stdout).toContain('### Block `page`\n\n| option | type | default | |\n');
});

test('without a name all components are listed by kind, and a plugin that does not load hides no other', async () => {
  installPlugin('throw new Error("out of ink")');
  const { code, stdout } = await docs();
  expect(code).toBe(1);
  expect(stdout).toContain('Plugin bake-plugin-ink 1.2.3 failed to load: out of ink\n');
  expect(stdout).toMatch(/\nProvisioners:\n\n {2}ansible +Runs playbooks/);
  expect((await docs('data-source')).stdout).toMatch(/^Data sources:\n[\s\S]*\n {2}http +Sends/);
});

test('options of the connection stand apart, and so does what a builder gives', async () => {
  const { stdout } = await docs('builder', 'docker');
  const [own = '', connection = '', gives] = stdout.split(
    /\nOptions of the connection\n|\nWhat it gives\n/,
  );
  expect(own).toContain('\n  image  string\n');
  // Its default is another one than elsewhere.
  expect(own).toContain('\n  communicator  string, default "docker"\n');
  expect(own).not.toContain('ssh_host');
  expect(connection).toContain('\n  ssh_port  number, default 22\n');
  expect(gives).toBe('\n  build.ImageSha256, build.SourceImageDigest, build.SourceImageSha256\n');
});

test('names that are not known, and kinds', async () => {
  expect(await docs('shel')).toMatchObject({
    code: 1,
    stdout: 'There is no component "shel". Did you mean "shell"?\n',
  });
  expect((await docs('builder', 'shell')).stdout).toBe(
    'There is no builder "shell". `bake docs` lists those that there are.\n',
  );
  expect((await docs('shells', 'shell')).stdout).toMatch(/^"shells" is no kind of component\./);
  expect((await docs('-format=json-schema', 'shell-local')).stdout).toMatch(
    /^Several kinds have a component "shell-local": bake docs -format=json-schema provisioner shell-local, /,
  );
});

test('the JSON Schema takes what bake takes, with expressions in the place of values', async () => {
  installPlugin(ink);
  const schema = JSON.parse((await docs('-format=json-schema', 'ink')).stdout) as object;
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
  const good = [
    { amount: 1 },
    { amount: '${var.ml}', colour: 'red', wait: '1m', pens: ['a'], labels: { a: 'b' } },
    { amount: 1, colour: '${var.colour}', pens: '${var.pens}', page: { number: 1 } },
    { amount: 1, page: [{ number: 1 }, { number: '2' }], feather: true },
  ];
  const bad = [
    {},
    { amount: true },
    { amount: 1, colour: 'green' },
    { amount: 1, pens: [1] },
    { amount: 1, labels: ['a'] },
    { amount: 1, page: [{}] },
    { amount: 1, feather: 1 },
  ];
  expect(good.filter((body) => !validate(body))).toEqual([]);
  expect(bad.filter((body) => validate(body))).toEqual([]);
});

test('the JSON Schema of whole templates takes every example in its JSON spelling, and no misspelled name', async () => {
  const { stdout } = await docs('-format=json-schema');
  const validate = new Ajv2020({
    allowUnionTypes: true,
    inlineRefs: false,
    code: { optimize: false },
  }).compile(JSON.parse(stdout) as object);
  const examples = join(import.meta.dirname, '..', '..', '..', 'examples');
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.pkr.hcl'),
  );
  expect(files.length).toBeGreaterThan(10);
  for (const name of files) {
    const json = await parse(name, readFileSync(join(examples, name), 'utf8'));
    validate(json);
    expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
  }
  const source = { null: { a: { communicator: 'none' } } };
  const provisioner = { shell: { inline: ['true'], max_retries: 3, '//': 'a note' } };
  const good = [
    { source, build: { sources: ['null.a'], provisioner } },
    { source: [source, source], build: [{ sources: '${local.all}', provisioner: [provisioner] }] },
    { variable: { x: { type: 'list(string)', default: [1], sensitive: '${true}' } } },
    { locals: [{ x: 1 }], variables: { y: null }, '//': 'a note' },
    { build: { dynamic: { provisioner: { for_each: [], content: {} } } } },
    { build: { 'post-processors': [{ 'post-processor': { manifest: { name: 'm' } } }] } },
  ];
  const bad = [
    { sources: source },
    { source: { nul: { a: {} } } },
    { source: { null: { a: { comunicator: 'none' } } } },
    { source: { null: { communicator: 'none' } } },
    { build: { provisioner: { shell: { inline: ['true'], max_retry: 3 } } } },
    { build: { provisioners: [provisioner] } },
    { variable: { x: { defualt: 1 } } },
    { local: { x: { sensitive: true } } },
  ];
  expect(good.filter((one) => !validate(one))).toEqual([]);
  expect(bad.filter((one) => validate(one))).toEqual([]);
}, 60_000);

test('of one kind of component there is no schema', async () => {
  expect((await docs('-format=json-schema', 'builders')).stdout).toMatch(
    /^Give the name of a component, or no kind for whole templates\./,
  );
});
