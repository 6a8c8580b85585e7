import { type SpawnSyncReturns, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
  // What was packed of others before the tests is still good.
  const installation = process.env['BAKE_TEST_INSTALLATION'];
  const others = installation === undefined ? at('packs') : join(installation, 'packs');
  published.push(...own);
  registry = await startRegistry(
    () => published,
    (name) => packInstalled(name, others),
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
      // Nobody is there to say that it may install what it is asked to run.
      npm_config_yes: 'true',
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
  if (name === '@bake/language-server' && !path.endsWith('.d.ts')) {
    return /^(bin\/[^/]*\.js|bundle\/[^/]*\.(cjs|txt))$/.test(path);
  }
  const types = ['@bake/core', '@bake/hcl', '@bake/plugin-sdk', '@bake/language-server'];
  if (path.endsWith('.d.ts')) return types.includes(name);
  return /^(dist|bundle)\/.*\.js$/.test(path);
}

/** Where the guide has bake installed, in a folder that was empty. */
const images = 'work/images';

/** Modules of components that the manifest names, as paths in the package. */
function componentsOf(manifest: object | undefined): readonly string[] {
  const { bake = {} } = manifest as { readonly bake?: Readonly<Record<string, unknown>> };
  return Object.values(bake)
    .flatMap((kind) => (typeof kind === 'object' && kind !== null ? Object.values(kind) : []))
    .map((path) => String(path).replace('./', ''));
}

test('docs/writing-a-plugin.md leads from nothing to a package, word by word', async () => {
  mkdirSync(at('work'));
  const guide = readFileSync(
    join(import.meta.dirname, '../../../docs/writing-a-plugin.md'),
    'utf8',
  );
  const [, steps = ''] = /\n## From nothing to a plugin\n(.*?)\n## /s.exec(guide) ?? [];
  // Commands, and files whose name stands in the line before; other blocks only explain.
  const blocks = steps.matchAll(/(?:`([^`\n]+)`:\n\n)?```(\w+)\n(.*?)```/gs);
  let where = 'work';
  let said = '';
  for (const [, file, language, block = ''] of blocks) {
    if (file !== undefined) writeFileSync(at(where, file), block);
    if (language !== 'sh') continue;
    for (const line of block.trim().split('\n')) {
      const [, folder] = /^cd (.*)$/.exec(line) ?? [];
      if (folder === undefined) said += `$ ${line}\n${await good(where, line)}`;
      else where = join(where, folder);
    }
  }
  expect(where).toBe('work/bake-plugin-banner');
  expect(said).toMatch(/\$ npm test\n.*# pass 3\n# fail 0\n.*\$ npm test\n.*# pass 2\n# fail 0\n/s);
  expect(said).toContain('The configuration is valid.');
  expect(said).toMatch(/\$ tar .*\n\*\*\* Baked by web \*\*\*\n/);
  expect(readdirSync(at(where)).sort()).toContain('bake-plugin-banner-1.0.0.tgz');
  const [packed] = JSON.parse(
    await good(where, 'npm pack --json --ignore-scripts'),
  ) as PackReport[];
  expect(packed?.files.map(({ path }) => path).sort()).toEqual([
    'README.md',
    'dist/provisioner.js',
    'package.json',
  ]);
});

interface PackReport {
  readonly files: readonly { readonly path: string }[];
}

test('bake that was installed from packages has all that it needs, and no more', async () => {
  mkdirSync(at(images, 'needs'));
  writeFileSync(
    at(images, 'needs', 'needs.pkr.hcl'),
    `locals {
  # What takes packages of others.
  all = [yamldecode("a: 1"), regex("a+", "caat"), bcrypt("x", 4), textencodebase64("a", "utf-16")]
}
source "sandbox" "full" {}
build {
  sources = ["sandbox.full"]
  provisioner "shell" { inline = ["echo hello from \${source.name} \${length(local.all)}"] }
  post-processor "compress" { output = "full.tar.lz4" }
  post-processor "checksum" {}
}
`,
  );
  const stdout = await good(images, 'npx bake build -report=report.html needs');
  expect(stdout).toContain('sandbox.full: hello from full 4\n');
  expect(stdout).toContain("Build 'sandbox.full' finished");
  expect(readFileSync(at(images, 'report.html'), 'utf8')).toContain('sandbox.full');
  expect(await good(images, 'npx bake graph -format=svg needs')).toMatch(
    /^<svg [\s\S]*sandbox\.full/,
  );
  for (const shell of ['bash', 'zsh', 'fish']) {
    expect(await good(images, `npx bake completion ${shell}`)).toContain('bake');
  }
  expect(await good(images, 'npx bake docs amazon-ebs')).toContain('ami_regions');
  const schema = JSON.parse(await good(images, 'npx bake docs -format=json-schema'));
  expect(JSON.stringify(schema)).toContain('"output_directory"');
  const served = await type(images, 'npx bake language-server', editorsWords());
  expect(served).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('"hoverProvider":true'),
  });
  for (const unneeded of ['core', 'hcl']) {
    expect(existsSync(at(images, 'node_modules', '@bake', unneeded))).toBe(false);
  }
  const notices = at(images, 'node_modules/@bake/cli/dist/third-party-licenses.txt');
  expect(readFileSync(notices, 'utf8')).toMatch(/^chalk 5\.6\.2 \(MIT\)\n\nMIT License/m);
});

/** What an editor says that only comes and goes. */
function editorsWords(): string {
  const capabilities = {};
  const messages = [
    { id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities } },
    { id: 2, method: 'shutdown' },
    { method: 'exit' },
  ];
  return messages
    .map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }))
    .map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`)
    .join('');
}

test('a plugin of all kinds passes its tests at once, and is installed by bake init', async () => {
  const kinds = 'builder,provisioner,post-processor,data-source';
  const created = await good('work', `npm create bake-plugin @acme/all -- --kinds ${kinds}`);
  expect(created).toContain('@acme/bake-plugin-all is in bake-plugin-all.');
  // What it needs is what the other one has installed.
  symlinkSync(at('work/bake-plugin-banner/node_modules'), at('work/bake-plugin-all/node_modules'));
  expect(await good('work/bake-plugin-all', 'npm test')).toMatch(/# pass 7\n# fail 0\n/);
  await good('work/bake-plugin-all', 'npm pack --pack-destination ..');
  const name = '@acme/bake-plugin-all';
  const { dependencies } = JSON.parse(
    readFileSync(at('work/bake-plugin-all/package.json'), 'utf8'),
  );
  const path = at('work', 'acme-bake-plugin-all-0.1.0.tgz');
  published.push({ name, version: '0.1.0', path, manifest: { dependencies } });

  mkdirSync(at(images, 'all'));
  writeFileSync(at(images, 'all', 'release.txt'), '4.2\n');
  writeFileSync(
    at(images, 'all', 'all.pkr.hcl'),
    `packer {
  required_plugins {
    all = {
      source  = "npm/@acme/bake-plugin-all"
      version = "~> 0.1"
    }
  }
}
data "all" "release" { path = "all/release.txt" }
source "sandbox" "web" {}
build {
  sources = ["sandbox.web"]
  provisioner "all" { text = "Release \${data.all.release.content}" }
  provisioner "shell" { inline = ["cat greeting.txt"] }
  post-processor "all" {}
}
`,
  );
  const missing = await type(images, 'npx bake build -force all');
  expect([missing.status, missing.stdout]).toEqual([1, expect.stringContaining('bake init')]);
  expect(await good(images, 'npx bake init all')).toContain(`npm/${name} v0.1.0`);
  const stdout = await good(images, 'npx bake build -force all');
  expect(stdout).toContain('sandbox.web: Release 4.2\n');
  expect(readFileSync(at(images, 'files.txt'), 'utf8')).toMatch(
    /^\d+ {2}output-web\/web\.tar\.gz\n$/,
  );
  appendFileSync(at(images, 'node_modules', name, 'dist', 'provisioner.js'), '\n');
  const refused = await type(images, 'npx bake validate all');
  expect([refused.status, refused.stdout]).toEqual([
    1,
    expect.stringContaining('its files have changed'),
  ]);
});
