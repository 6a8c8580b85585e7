import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFailure } from '@bake/plugin-sdk';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findPlugins } from '../src/plugins/find-plugins.ts';
import { createRegistry, type Registry } from '../src/plugins/registry.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bake-plugins-')));
});
afterEach(() => rmSync(root, { recursive: true }));

const good = (name: string): string =>
  `export default { kind: 'provisioner', name: '${name}', doc: '', config: {}, async provision() {} };`;

/** Puts a plugin with the provisioner `ink` below a folder, and gives the folder of the plugin. */
function plant(
  below: string,
  name = 'bake-plugin-ink',
  text = good('ink'),
  manifest: object = {},
): string {
  const home = join(root, below, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  const bake = { api: 1, provisioners: { ink: './ink.js' } };
  const json = { name, version: '1.2.3', type: 'module', bake, ...manifest };
  writeFileSync(join(home, 'package.json'), JSON.stringify(json));
  writeFileSync(join(home, 'ink.js'), text);
  return home;
}

function registry(): Registry {
  mkdirSync(join(root, 'work', 'images'), { recursive: true });
  const places = {
    templateFolder: join(root, 'work', 'images'),
    userFolders: [join(root, 'user')],
    firstParty: join(root, 'bake', 'cli'),
  };
  return createRegistry(findPlugins(places));
}

async function failureOf(loading: Promise<unknown>): Promise<string> {
  const failure = await loading.then(() => undefined).catch((error: unknown) => error);
  if (!isFailure(failure)) throw new Error(`no failure: ${failure}`);
  return `${failure.message}\n${failure.detail}`;
}

test('a plugin is taken from the folder of the template, those above it, the user and bake, in this order', () => {
  const places = ['bake/cli', 'user', 'work', 'work/images'];
  for (const place of places) {
    const home = plant(place);
    expect(registry().plugins.map(({ folder }) => folder)).toEqual([home]);
  }
});

test('nothing of a plugin is loaded until a component of it is asked for, and then once', async () => {
  const counter = 'globalThis.inkLoaded = (globalThis.inkLoaded ?? 0) + 1;';
  plant('work', 'bake-plugin-ink', `${counter}${good('ink')}`);
  const loaded = (): unknown => (globalThis as { inkLoaded?: number }).inkLoaded;
  const found = registry();
  expect([found.names('provisioners'), found.has('builders', 'ink')]).toEqual([['ink'], false]);
  expect(loaded()).toBeUndefined();
  await Promise.all([found.load('provisioners', 'ink'), found.load('provisioners', 'ink')]);
  expect(loaded()).toBe(1);
});

test('two plugins that claim one name are both named, with their folders', async () => {
  const [one, other] = [plant('work'), plant('user', '@acme/bake-plugin-ink')];
  const words = await failureOf(registry().load('provisioners', 'ink'));
  expect(words).toContain('a provisioner "ink": bake-plugin-ink and @acme/bake-plugin-ink');
  expect(words).toContain(`They are in ${one} and ${other}. Remove one`);
});

test.each([
  { api: 2, told: 'It wants plugin interface 2, this bake has 1.' },
  { api: '1', told: 'It wants plugin interface "1", this bake has 1.' },
  { api: undefined, told: 'It names no plugin interface, this bake has 1.' },
])('a plugin of interface $api is refused before it is loaded', async ({ api, told }) => {
  const bake = { api, provisioners: { ink: './ink.js' } };
  plant('work', 'bake-plugin-ink', "throw new Error('was loaded');", { bake });
  const words = await failureOf(registry().load('provisioners', 'ink'));
  expect(words).toContain('Plugin bake-plugin-ink 1.2.3 was made for another version of bake');
  expect(words).toContain(told);
});

test.each([
  { text: "throw new Error('out of ink');", why: ': out of ink' },
  { text: "throw 'only a text';", why: ': only a text' },
  { text: 'export default {', why: ': ' },
  { text: "import 'not-there';", why: 'not-there' },
  { text: 'throw Object.create(null);', why: ': object' },
])('a plugin that does not load is named with version and path: $text', async ({ text, why }) => {
  const home = plant('work', 'bake-plugin-ink', text);
  const words = await failureOf(registry().load('provisioners', 'ink'));
  expect(words).toMatch(/^Plugin bake-plugin-ink 1\.2\.3 failed to load: /);
  expect(words).toContain(why);
  expect(words).toContain(`The module is ${join(home, 'ink.js')}.`);
});

test.each([
  { has: '', told: 'without an object "config"' },
  { has: 'config: null, async provision() {}', told: 'without an object "config"' },
  { has: 'config: {}, async provison() {}', told: 'without a function "provision"' },
])('a component with only { $has } is told $told', async ({ has, told }) => {
  const text = `export default { kind: 'provisioner', name: 'ink', doc: '', ${has} };`;
  const home = plant('work', 'bake-plugin-ink', text);
  const words = await failureOf(registry().load('provisioners', 'ink'));
  expect(words).toContain(`Plugin bake-plugin-ink 1.2.3 has a provisioner "ink" ${told}`);
  expect(words).toContain(`The module is ${join(home, 'ink.js')}.`);
});

test('what a check throws is a complaint that names the plugin', async () => {
  const parts = `kind: 'provisioner', name: 'ink', doc: '', config: {}, async provision() {},`;
  const check = `check() { throw new Error(this.name + ' is dry'); },`;
  const home = plant('work', 'bake-plugin-ink', `export default { ${parts} ${check} };`);
  const { component } = await registry().load('provisioners', 'ink');
  const complaints: unknown[] = [];
  await component.check?.({}, (...said) => complaints.push(said));
  expect(complaints).toEqual([
    [
      undefined,
      {
        summary: 'Plugin bake-plugin-ink 1.2.3 failed to check it: ink is dry',
        detail: expect.stringMatching(`^The plugin is in ${home}. Report this .*: at .*/ink.js:1:`),
      },
    ],
  ]);
});

test('a module that is no path is told of', async () => {
  plant('work', 'bake-plugin-ink', good('ink'), { bake: { api: 1, provisioners: { ink: 5 } } });
  expect(await failureOf(registry().load('provisioners', 'ink'))).toContain(
    'Plugin bake-plugin-ink 1.2.3 has no provisioner "ink" where its package.json says',
  );
});

test('a module that is another component is told from the one that was asked for', async () => {
  plant('work', 'bake-plugin-ink', good('pen'));
  expect(await failureOf(registry().load('provisioners', 'ink'))).toContain(
    'Plugin bake-plugin-ink 1.2.3 has no provisioner "ink" where its package.json says',
  );
});
