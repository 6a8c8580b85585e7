import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Finished, runBake, type Scratch, scratch } from './run-bake.ts';

let folder: Scratch;
beforeEach(() => {
  folder = scratch();
  mkdirSync(at('work', 'images'), { recursive: true });
});
afterEach(() => folder.remove());

const at = (...names: readonly string[]): string => join(folder.path, ...names);

/** Installs a plugin whose component says where it is. */
function plant(place: string, text = speaking(place), manifest: object = {}): void {
  const { name = 'bake-plugin-ink' } = manifest as { readonly name?: string };
  const home = at(place, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  const bake = { api: 1, provisioners: { ink: './ink.js' } };
  const json = { name, version: '1.2.3', type: 'module', bake, ...manifest };
  writeFileSync(join(home, 'package.json'), JSON.stringify(json));
  writeFileSync(join(home, 'ink.js'), text);
}

const speaking = (words: string, name = 'ink'): string =>
  `export default { kind: 'provisioner', name: '${name}', doc: '', config: {},
    async provision(config, machine, { ui }) { ui.say('from ${words}'); } };`;

function build(provisioner = 'provisioner "ink" {}'): Promise<Finished> {
  const template = `source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  ${provisioner}
}
`;
  writeFileSync(at('work', 'images', 'a.pkr.hcl'), template);
  const env = { BAKE_PLUGIN_PATH: at('user') };
  return runBake(['build', 'work/images/a.pkr.hcl'], { cwd: folder.path, env });
}

test('a plugin comes from the folder of the user, of the template or those above it, in this order at last', async () => {
  expect(await build()).toMatchObject({ code: 1, stdout: expect.stringContaining('"ink"') });
  for (const place of ['user', 'work', 'work/images']) {
    plant(place);
    const { code, stdout } = await build();
    expect([code, stdout]).toEqual([0, expect.stringContaining(`null.a: from ${place}\n`)]);
  }
});

test('one of the first party gives way to the same package in a folder', async () => {
  const shell = 'provisioner "shell-local" { inline = ["echo first party"] }';
  expect((await build(shell)).stdout).toContain('null.a: first party\n');
  const bake = { api: 1, provisioners: { 'shell-local': './ink.js' } };
  const name = '@bake/plugin-shell';
  plant('work', speaking('a patched one', 'shell-local'), { name, bake });
  const patched = 'provisioner "shell-local" {}';
  expect((await build(patched)).stdout).toContain('null.a: from a patched one\n');
});

test('what is not used is not loaded', async () => {
  plant('work', "throw new Error('was loaded');");
  const { code, stdout } = await build('');
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('was loaded')]);
});

test('two that claim one name are an error that names both', async () => {
  plant('work');
  plant('user', speaking('the other'), { name: '@acme/bake-plugin-ink' });
  const { code, stdout } = await build();
  expect(code).toBe(1);
  expect(stdout).toContain('a provisioner "ink": bake-plugin-ink and @acme/bake-plugin-ink');
  expect(stdout).toContain(at('user', 'node_modules', '@acme/bake-plugin-ink'));
});

test('one that throws while it loads, or is of another interface, is named with its version, and nothing crashes', async () => {
  plant('work', "throw new Error('out of ink');");
  const thrown = await build();
  expect(thrown).toMatchObject({ code: 1, stderr: '' });
  expect(thrown.stdout).toContain('Plugin bake-plugin-ink 1.2.3 failed to load: out of ink');
  expect(thrown.stdout).toContain(at('work', 'node_modules', 'bake-plugin-ink', 'ink.js'));
  plant('work', "throw new Error('out of ink');", {
    bake: { api: 2, provisioners: { ink: './ink.js' } },
  });
  const other = await build();
  expect(other).toMatchObject({ code: 1, stderr: '' });
  expect(other.stdout).toContain('bake-plugin-ink 1.2.3 was made for another version of bake');
});
