import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { runBake, type Scratch, scratch } from './run-bake.ts';

const folders: Scratch[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function template(text: string): string {
  const folder = scratch();
  folders.push(folder);
  writeFileSync(join(folder.path, 'a.pkr.hcl'), text);
  return folder.path;
}

const builds = `
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
}
`;

const dataSeesLocal = `
locals {
  word = "x"
}
data "null" "d" {
  input = local.word
}
${builds}`;

test.each(['validate', 'build'])(
  '%s -use-sequential-evaluation refuses a data source that refers to a local',
  async (command) => {
    const cwd = template(dataSeesLocal);
    const given = await runBake([command, '-use-sequential-evaluation', '.'], { cwd });
    expect(given.stdout).toMatch(
      /^Error: Unsupported attribute\n\n {2}on a\.pkr\.hcl line 6, column 11:/,
    );
    expect(given.code).toBe(1);
    expect((await runBake([command, '.'], { cwd })).code).toBe(0);
  },
);

test.each([
  ['inspect', undefined],
  ['console', 'local.seen'],
])('%s -use-sequential-evaluation evaluates locals after data sources', async (command, input) => {
  const cwd = template(
    `data "null" "d" {\n  input = "seen"\n}\nlocals {\n  seen = data.null.d.output\n}\n${builds}`,
  );
  const given = await runBake([command, '-use-sequential-evaluation', '.'], {
    cwd,
    ...(input && { input }),
  });
  expect(given.stdout).toContain('seen');
  expect(given.stdout).not.toContain('<unknown>');
  expect(given.code).toBe(0);
});

test('-skip-enforcement says that there is nothing to skip', async () => {
  const cwd = template(builds);
  const given = await runBake(['build', '-skip-enforcement', '.'], { cwd });
  expect(given.stdout).toMatch(/^Note: Enforced provisioners are skipped: /);
  expect(given.code).toBe(0);
});

function installPlugin(folder: string, version: string): void {
  const path = join(folder, 'node_modules', 'bake-plugin-marker');
  mkdirSync(path, { recursive: true });
  const manifest = { api: 1, provisioners: { marker: './marker.js' } };
  const json = { name: 'bake-plugin-marker', version, type: 'module', bake: manifest };
  writeFileSync(join(path, 'package.json'), JSON.stringify(json));
  const component =
    "{ kind: 'provisioner', name: 'marker', doc: 'Marks.', config: {}, async provision() {} }";
  writeFileSync(join(path, 'marker.js'), `export default ${component};`);
}

const requiresMarker = `
packer {
  required_plugins {
    marker = {
      source  = "npm/bake-plugin-marker"
      version = "~> 1.2"
    }
  }
}
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "marker" {
  }
}
`;

test.each([
  ['a pre-release counts as its release', '1.2.0-beta.1', [], 0],
  ['unless it is to be ignored', '1.2.0-beta.1', ['-ignore-prerelease-plugins'], 1],
  ['a release is not ignored', '1.2.0', ['-ignore-prerelease-plugins'], 0],
  ['an older pre-release does not do', '1.1.0-beta.1', [], 1],
])('plugins: %s', async (_, version, flags, code) => {
  const cwd = template(requiresMarker);
  installPlugin(cwd, version);
  const given = await runBake(['validate', ...flags, '.'], { cwd });
  expect(given.stdout).toContain(code === 0 ? 'is valid' : 'Missing plugins');
  expect(given.code).toBe(code);
});

test('an ignored pre-release does not hide a release further up', async () => {
  const cwd = template('');
  const inner = join(cwd, 'inner');
  mkdirSync(inner);
  writeFileSync(join(inner, 'a.pkr.hcl'), requiresMarker);
  installPlugin(cwd, '1.2.0');
  installPlugin(inner, '1.3.0-rc.1');
  const given = await runBake(['validate', '-ignore-prerelease-plugins', '.'], { cwd: inner });
  expect(given.stdout).toContain('is valid');
});
