import { type SpawnSyncReturns, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type NpmRegistry, type Packed, startRegistry } from './npm-registry.ts';
import { type OwnPackage, packAll, packInstalled } from './packed-packages.ts';
import { type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(300_000);

/** All tests here share one packing, and each goes on from where the one before it has come to. */
let folder: Scratch;
let registry: NpmRegistry;
let own: readonly OwnPackage[];
const published: Packed[] = [];

beforeAll(async () => {
  folder = scratch();
  mkdirSync(at('packs'));
  own = packAll(at('packs'));
  published.push(...own);
  registry = await startRegistry(
    () => published,
    (name) => packInstalled(name, at('packs')),
  );
});
afterAll(() => {
  registry.close();
  folder.remove();
});

const at = (...names: readonly string[]): string => join(folder.path, ...names);

/** Runs a line as a user types it, in a folder of the scratch, against the registry of this test. */
async function type(where: string, line: string, input = ''): Promise<Typed> {
  const child = spawn('sh', ['-c', line], {
    cwd: at(where),
    env: {
      PATH: process.env['PATH'],
      HOME: at('home'),
      npm_config_registry: registry.url,
      npm_config_cache: at('npm-cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      // Compilers that optional parts of ssh2 may call take a minute.
      npm_config_ignore_scripts: 'true',
      BAKE_STATE_DIR: at('home', 'state'),
    },
  });
  child.stdin.end(input);
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [status] = await once(child, 'close');
  return { status, stdout: await stdout, stderr: await stderr };
}
type Typed = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>;

async function good(where: string, line: string): Promise<string> {
  const { status, stdout, stderr } = await type(where, line);
  if (status !== 0) throw new Error(`${line} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

test('a package holds what it needs, and nothing else', () => {
  expect(own.length).toBeGreaterThan(20);
  const licence = readFileSync(join(import.meta.dirname, '../../../LICENSE'), 'utf8');
  for (const { name, files, manifest } of own) {
    const strangers = files.filter((path) => !isWanted(path, name));
    expect([name, strangers]).toEqual([name, []]);
    expect(files).toContain('LICENSE');
    const home = join(import.meta.dirname, '../..', name.replace('@bake/', ''));
    expect(readFileSync(join(home, 'LICENSE'), 'utf8')).toBe(licence);
    for (const path of componentsOf(manifest))
      expect([name, files]).toEqual([name, expect.arrayContaining([path])]);
  }
});

function isWanted(path: string, name: string): boolean {
  if (/^(LICENSE|README\.md|package\.json)$/.test(path)) return true;
  if (name === 'create-bake-plugin') return /^(bin|template|dist\/.*\.js$)/.test(path);
  if (name === '@bake/cli') {
    return /^(bin\/[^/]*\.(js|json)|dist\/[^/]*\.(cjs|code-cache|txt))$/.test(path);
  }
  const types = ['@bake/core', '@bake/hcl', '@bake/plugin-sdk', '@bake/language-server'];
  if (path.endsWith('.d.ts')) return types.includes(name);
  return /^(dist|bundle)\/.*\.js$/.test(path);
}

/** Modules of components that the manifest names, as paths in the package. */
function componentsOf(manifest: object | undefined): readonly string[] {
  const { bake = {} } = manifest as { readonly bake?: Readonly<Record<string, unknown>> };
  return Object.values(bake)
    .flatMap((kind) => (typeof kind === 'object' && kind !== null ? Object.values(kind) : []))
    .map((path) => String(path).replace('./', ''));
}

test('bake installs into an empty folder and builds there', async () => {
  mkdirSync(at('images', 'files'), { recursive: true });
  writeFileSync(
    at('images', 'web.pkr.hcl'),
    `locals {
  # What takes packages of others.
  all = [yamldecode("a: 1"), regex("a+", "caat"), bcrypt("x", 4), textencodebase64("a", "utf-16")]
}
source "sandbox" "web" {}
build {
  sources = ["sandbox.web"]
  provisioner "shell" { inline = ["echo hello from \${source.name} \${length(local.all)} > greeting"] }
  post-processor "checksum" {}
}
`,
  );
  await good('images', 'npm install @bake/cli');
  const stdout = await good('images', 'npx bake build .');
  expect(stdout).toContain("Build 'sandbox.web' finished");
  expect(existsSync(at('images', 'output-web', 'web.tar.gz'))).toBe(true);
  for (const unneeded of ['core', 'hcl']) {
    expect(existsSync(at('images', 'node_modules', '@bake', unneeded))).toBe(false);
  }
  expect(
    readFileSync(at('images/node_modules/@bake/cli/dist/third-party-licenses.txt'), 'utf8'),
  ).toMatch(/^chalk 5\.6\.2 \(MIT\)\n\nMIT License/m);
});

test('npm create bake-plugin makes a plugin that passes its tests, and that bake init installs', async () => {
  mkdirSync(at('work'));
  const kinds = 'builder,provisioner,post-processor,data-source';
  const created = await good(
    'work',
    `npm create --yes bake-plugin @acme/banner -- --kinds ${kinds}`,
  );
  expect(created).toContain('@acme/bake-plugin-banner is in bake-plugin-banner.');
  await good('work/bake-plugin-banner', 'npm install');
  const tested = await good('work/bake-plugin-banner', 'npm test');
  expect(tested).toMatch(/# pass 7\n# fail 0\n/);
  await good('work/bake-plugin-banner', 'npm pack --pack-destination ..');
  const name = '@acme/bake-plugin-banner';
  const manifest = JSON.parse(readFileSync(at('work/bake-plugin-banner/package.json'), 'utf8'));
  const path = at('work', 'acme-bake-plugin-banner-0.1.0.tgz');
  published.push({
    name,
    version: '0.1.0',
    path,
    manifest: { dependencies: manifest.dependencies },
  });

  mkdirSync(at('images', 'banner'));
  writeFileSync(at('images', 'banner', 'release.txt'), '4.2\n');
  writeFileSync(
    at('images', 'banner', 'banner.pkr.hcl'),
    `packer {
  required_plugins {
    banner = {
      source  = "npm/@acme/bake-plugin-banner"
      version = "~> 0.1"
    }
  }
}
data "banner" "release" { path = "banner/release.txt" }
source "sandbox" "web" {}
build {
  sources = ["sandbox.web"]
  provisioner "banner" { text = "Release \${data.banner.release.content}" }
  provisioner "shell" { inline = ["cat greeting.txt"] }
  post-processor "banner" {}
}
`,
  );
  const missing = await type('images', 'npx bake build -force banner');
  expect([missing.status, missing.stdout]).toEqual([1, expect.stringContaining('bake init')]);
  expect(await good('images', 'npx bake init banner')).toContain(`npm/${name} v0.1.0`);
  const stdout = await good('images', 'npx bake build -force banner');
  expect(stdout).toContain('sandbox.web: Release 4.2\n');
  expect(readFileSync(at('images', 'files.txt'), 'utf8')).toMatch(
    /^\d+ {2}output-web\/web\.tar\.gz\n$/,
  );
});
