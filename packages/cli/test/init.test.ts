import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type NpmRegistry, type Packed, startRegistry } from './npm-registry.ts';
import { type Finished, runBake, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(120_000);

let folder: Scratch;
let registry: NpmRegistry;
let packed: Packed[];
beforeEach(async () => {
  folder = scratch();
  packed = [];
  registry = await startRegistry(() => packed);
});
afterEach(() => {
  registry.close();
  folder.remove();
});

const at = (...names: readonly string[]): string => join(folder.path, ...names);

function bake(...args: readonly string[]): Promise<Finished> {
  const env = {
    BAKE_PLUGIN_PATH: at('user'),
    npm_config_registry: registry.url,
    npm_config_cache: at('cache'),
  };
  return runBake(args, { cwd: folder.path, env });
}

/** Packs a plugin as npm does; its provisioner says `words`. */
function publish(name: string, version: string, words = version, extra: object = {}): void {
  const home = at('work', `${name}-${version}`);
  mkdirSync(home, { recursive: true });
  const component = name.split('bake-plugin-')[1] ?? 'none';
  const bake = { api: 1, provisioners: { [component]: './component.js' } };
  const manifest = { name, version, type: 'module', bake, ...extra };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(home, 'component.js'),
    `export default { kind: 'provisioner', name: '${component}', doc: 'Speaks.', config: {},
      async provision(config, machine, { ui }) { ui.say('${words}'); } };`,
  );
  const path = at('packs', `${name}-${version}.tgz`);
  mkdirSync(at('packs'), { recursive: true });
  const args = ['-czf', path, '--transform', 's,^\\.,package,', '-C', home, '.'];
  const { status, stderr } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  packed.push({ name, version, path });
}

/** A template in `template/` that requires the plugin and uses it. */
function template(source: string, version: string, component = 'ink'): void {
  mkdirSync(at('template'), { recursive: true });
  writeFileSync(
    at('template', 't.pkr.hcl'),
    `packer {
  required_plugins {
    it = {
      source  = "${source}"
      version = "${version}"
    }
  }
}
source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "${component}" {}
}
`,
  );
}

const installedIn = (home: string): string => at(home, 'node_modules', 'bake-plugin-ink');
const lock = (): string => readFileSync(at('template', '.bake.lock.hcl'), 'utf8');

test('a plugin comes from the registry of npm, its newest release that fits, is locked and works', async () => {
  publish('bake-plugin-ink', '1.1.0');
  publish('bake-plugin-ink', '1.2.0', 'blue ink');
  publish('bake-plugin-ink', '1.3.0-beta.1');
  publish('bake-plugin-ink', '2.0.0');
  template('npm/bake-plugin-ink', '~> 1.0');
  const missing = await bake('validate', 'template');
  expect(missing.code).toBe(1);
  expect(missing.stdout).toContain('run "bake init" for this template.');

  expect(await bake('init', 'template')).toEqual({
    code: 0,
    stderr: '',
    stdout: `Installed plugin npm/bake-plugin-ink v1.2.0 in "${installedIn('user')}"\n`,
  });
  expect(lock()).toMatch(
    /\nplugin "npm\/bake-plugin-ink" \{\n {2}package {3}= "bake-plugin-ink"\n {2}version {3}= "1\.2\.0"\n {2}integrity = "sha256-\S+="\n\}\n$/,
  );
  expect((await bake('build', 'template')).stdout).toContain('==> null.a: blue ink\n');
  expect(await bake('init', 'template')).toMatchObject({
    code: 0,
    stdout: `Already there: npm/bake-plugin-ink v1.2.0 in "${installedIn('user')}"\n`,
  });
  expect(readdirSync(at('template')).sort()).toEqual(['.bake.lock.hcl', 't.pkr.hcl']);
});

test('in an npm project the plugin becomes a dependency of that', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '>= 1.0');
  writeFileSync(at('package.json'), '{ "name": "images", "private": true }');
  const { stdout } = await bake('init', 'template');
  expect(stdout).toContain(`in "${at('node_modules', 'bake-plugin-ink')}"`);
  expect(JSON.parse(readFileSync(at('package.json'), 'utf8'))).toMatchObject({
    devDependencies: { 'bake-plugin-ink': '1.0.0' },
  });
  expect(existsSync(at('user'))).toBe(false);
});

test('the lock decides until -upgrade, also on another machine', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '>= 1.0');
  await bake('init', 'template');
  publish('bake-plugin-ink', '1.1.0');
  rmSync(at('user'), { recursive: true });
  expect((await bake('init', 'template')).stdout).toContain(
    'Installed plugin npm/bake-plugin-ink v1.0.0',
  );
  expect((await bake('init', '-upgrade', 'template')).stdout).toContain(
    'Installed plugin npm/bake-plugin-ink v1.1.0',
  );
  expect(lock()).toContain('"1.1.0"');

  // What the lock does not name is not run.
  writeFileSync(at('template', '.bake.lock.hcl'), lock().replace('1.1.0', '1.0.0'));
  const other = await bake('validate', 'template');
  expect(other.code).toBe(1);
  expect(other.stdout).toContain(
    'Plugin bake-plugin-ink 1.1.0 is not the version 1.0.0 that .bake.lock.hcl names',
  );
});

test('a plugin that was tampered with is refused, and its code does not run', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '>= 1.0');
  await bake('init', 'template');
  appendFileSync(
    join(installedIn('user'), 'component.js'),
    `(await import('node:fs')).writeFileSync(${JSON.stringify(at('ran'))}, '');`,
  );
  const refused = await bake('validate', 'template');
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('is not what .bake.lock.hcl was written for');
  expect(refused.stdout).not.toContain('    at ');
  expect((await bake('init', 'template')).code).toBe(1);
  expect(existsSync(at('ran'))).toBe(false);

  expect((await bake('init', '-force', 'template')).code).toBe(0);
  expect((await bake('validate', 'template')).code).toBe(0);
});

test('what cannot be replaced stays, and a copy of another project stays with it', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '1.0.0');
  writeFileSync(at('package.json'), '{ "name": "images", "private": true }');
  await bake('init', 'template');
  const [path] = [packed[0]?.path as string];
  const whole = readFileSync(path);
  writeFileSync(path, 'no longer there');
  rmSync(at('cache'), { recursive: true });
  expect((await bake('init', '-force', 'template')).code).toBe(1);
  expect((await bake('validate', 'template')).code).toBe(0);
  const isOfPlugin = (name: string): boolean => name.includes('bake-plugin');
  expect(readdirSync(at('node_modules')).filter(isOfPlugin)).toEqual(['bake-plugin-ink']);
  expect(readFileSync(at('package.json'), 'utf8')).toContain('"bake-plugin-ink"');

  // A project in the project, which wants another version, and then the same one anew.
  writeFileSync(path, whole);
  publish('bake-plugin-ink', '2.0.0');
  cpSync(at('template', 't.pkr.hcl'), at('inner', 't.pkr.hcl'));
  writeFileSync(at('inner', 'package.json'), '{ "name": "inner", "private": true }');
  expect((await bake('init', '-force', 'inner')).stdout).toContain(`v1.0.0 in "${at('inner')}`);
  template('npm/bake-plugin-ink', '2.0.0');
  cpSync(at('template', 't.pkr.hcl'), at('inner', 't.pkr.hcl'));
  template('npm/bake-plugin-ink', '1.0.0');
  expect((await bake('init', 'inner')).stdout).toContain(`v2.0.0 in "${at('inner')}`);
  for (const one of ['template', 'inner']) expect((await bake('validate', one)).code).toBe(0);
});

test('the .npmrc of a project counts wherever bake is started', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '>= 1.0');
  writeFileSync(at('template', 'package.json'), '{ "name": "images", "private": true }');
  writeFileSync(at('template', '.npmrc'), `registry=${registry.url}\n`);
  writeFileSync(at('.npmrc'), 'registry=http://127.0.0.1:9/\nfetch-retries=0\n');
  const env = { HOME: folder.path, npm_config_cache: at('cache') };
  expect(await runBake(['init', 'template'], { cwd: folder.path, env })).toMatchObject({ code: 0 });
});

test('a registry that gives other content under a version that is locked is not believed', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '>= 1.0');
  await bake('init', 'template');
  const before = lock();
  rmSync(at('user'), { recursive: true });
  rmSync(at('cache'), { recursive: true });
  packed = [];
  publish('bake-plugin-ink', '1.0.0', 'other words');
  const { code, stdout } = await bake('init', 'template');
  expect(code).toBe(1);
  expect(stdout).toContain('has other content than when it was locked');
  expect(lock()).toBe(before);
  expect((await bake('validate', 'template')).code).toBe(1);
});

test('offline, plugins and what they need come from a folder of packed packages', async () => {
  publish('helper', '1.0.0');
  publish('bake-plugin-ink', '1.0.0', 'from a folder', { dependencies: { helper: '^1.0.0' } });
  publish('bake-plugin-ink', '0.9.0');
  template('npm/bake-plugin-ink', '>= 0.1');
  const { code, stdout } = await bake('init', '-from=packs', 'template');
  expect([code, stdout]).toEqual([
    0,
    `Installed plugin npm/bake-plugin-ink v1.0.0 in "${installedIn('user')}"\n`,
  ]);
  expect(existsSync(at('user', 'node_modules', 'helper'))).toBe(true);
  expect(registry.requests).toEqual([]);
  expect((await bake('build', 'template')).stdout).toContain('from a folder');

  writeFileSync(at('packs', 'broken.tgz'), 'no package');
  const broken = await bake('init', '-upgrade', '-from=packs', 'template');
  expect(broken.stdout).toContain('broken.tgz is no package as npm packs them');
});

test('bake.json says which package an address of Packer means', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('github.com/acme/ink', '>= 1.0');
  const unknown = await bake('init', 'template');
  expect([unknown.code, unknown.stdout.split('\n')[0]]).toEqual([
    1,
    'Error: No package is known for the plugin "github.com/acme/ink"',
  ]);
  writeFileSync(at('bake.json'), '{"plugins": {"github.com/acme/ink": "bake-plugin-ink"}}');
  expect((await bake('init', 'template')).code).toBe(0);
  expect((await bake('validate', 'template')).code).toBe(0);
  writeFileSync(at('bake.json'), '{"plugin": {}}');
  expect((await bake('validate', 'template')).stdout).toContain('nothing is called "plugin" there');
});

test('a plugin that somebody works on is used as it is', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-ink', '>= 1.0');
  mkdirSync(at('template', 'node_modules'));
  symlinkSync(
    at('work', 'bake-plugin-ink-1.0.0'),
    at('template', 'node_modules', 'bake-plugin-ink'),
  );
  expect((await bake('init', 'template')).stdout).toContain('Already there:');
  expect(existsSync(at('template', '.bake.lock.hcl'))).toBe(false);
  expect((await bake('validate', 'template')).code).toBe(0);
  const removed = await bake('plugins', 'remove', at('work', 'bake-plugin-ink-1.0.0'));
  expect(removed.code).toBe(1);
});

test('what goes wrong is told in words, and what could be had is there', async () => {
  publish('bake-plugin-ink', '1.0.0');
  template('npm/bake-plugin-none', '>= 1.0');
  const absent = await bake('init', 'template');
  expect(absent.code).toBe(1);
  expect(absent.stdout).toMatch(/^Error: "npm view" failed: .*404/);
  template('npm/bake-plugin-ink', '>= 3.0');
  expect((await bake('init', 'template')).stdout).toContain(
    'No release of bake-plugin-ink is >= 3.0\n\nThe newest are 1.0.0.',
  );
  template('npm/ink', '>= 1.0');
  packed.push({ ...(packed[0] as Packed), name: 'ink' });
  const asked = registry.requests.length;
  expect((await bake('init', 'template')).stdout).toContain('"ink" is not the name of a plugin');
  const option = await bake('plugins', 'install', 'npm/--global');
  expect(option.stdout).toContain('"--global" is not the name of a plugin');
  expect(registry.requests.length).toBe(asked);
  template('github.com/hashicorp/nothing', '>= 1.0');
  expect((await bake('init', 'template')).stdout).toContain('bake does not come with the plugin');
  template('github.com/hashicorp/docker', '>= 1.0', 'shell-local');
  expect((await bake('init', 'template')).stdout).toMatch(
    /^Comes with bake: github\.com\/hashicorp\/docker v/,
  );
  writeFileSync(at('template', '.bake.lock.hcl'), 'plugin "x" {}');
  expect((await bake('init', 'template')).stdout).toMatch(
    /^Error: The lock file of plugins cannot be read: .*:1: /,
  );
  writeFileSync(at('old.json'), '{"builders": []}');
  expect((await bake('init', 'old.json')).code).toBe(1);
  mkdirSync(at('bare'));
  writeFileSync(at('bare', 'a.pkr.hcl'), 'source "null" "a" {}');
  expect(await bake('init', 'bare')).toMatchObject({ code: 0 });
});

test('plugins: installed, install, required, remove', async () => {
  publish('bake-plugin-ink', '1.0.0');
  publish('bake-plugin-ink', '2.0.0');
  template('npm/bake-plugin-ink', '~> 1.0');
  const home = installedIn('user');
  expect(await bake('plugins', 'installed')).toMatchObject({ code: 0, stdout: '' });
  expect(await bake('plugins', 'install', 'npm/bake-plugin-ink', '~> 1.0')).toMatchObject({
    code: 0,
    stdout: `Installed plugin npm/bake-plugin-ink v1.0.0 in "${home}"\n`,
  });
  expect((await bake('plugins', 'installed')).stdout).toBe(`${home}\n`);
  expect((await bake('plugins', 'required', 'template')).stdout).toBe(
    `it npm/bake-plugin-ink "~> 1.0" ${home}\n`,
  );
  expect((await bake('plugins', 'remove', 'npm/bake-plugin-ink', '>= 2.0')).code).toBe(1);
  expect((await bake('plugins', 'remove', 'github.com/hashicorp/docker')).code).toBe(1);
  expect(await bake('plugins', 'remove', 'npm/bake-plugin-ink')).toMatchObject({
    code: 0,
    stdout: `${home}\n`,
  });
  expect(existsSync(home)).toBe(false);
  expect((await bake('plugins', 'remove', 'npm/bake-plugin-ink')).code).toBe(1);
  // A copy that npm knows nothing of.
  cpSync(at('work', 'bake-plugin-ink-1.0.0'), home, { recursive: true });
  expect((await bake('plugins', 'remove', home)).code).toBe(0);
  expect(existsSync(home)).toBe(false);
  expect((await bake('plugins', 'paint')).code).toBe(1);
  expect((await bake('plugins', 'install', 'npm/bake-plugin-ink', 'new')).code).toBe(1);
});
