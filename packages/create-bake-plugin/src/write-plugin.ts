import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ComponentKind } from './component-kinds.ts';
import type { PluginName } from './plugin-name.ts';

/** A plugin to be written. */
export interface PluginOutline {
  readonly name: PluginName;
  readonly kinds: readonly ComponentKind[];
  /** Where to; it must not be there, or be empty. */
  readonly folder: string;
  /** Version of `@bake/plugin-sdk` and `@bake/cli` to write it for. */
  readonly bakeVersion: string;
}

const templates = join(import.meta.dirname, '..', 'template');

/** Writes the plugin's files: all, or none if one cannot be written. Throws an `Error` in words when something is there. */
export async function writePlugin(outline: PluginOutline): Promise<void> {
  const { folder, name, kinds } = outline;
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (there !== undefined && there.length > 0) {
    throw new Error(`There is something in ${folder} already.`);
  }
  const part = `${process.pid}.part`;
  const beside = there === undefined ? `${folder}.${part}` : join(folder, part);
  try {
    await mkdir(beside, { recursive: true });
    await copyTemplate(join(templates, 'package'), beside, name);
    for (const kind of kinds) await copyTemplate(join(templates, kind), beside, name);
    await writeFile(join(beside, 'package.json'), manifestText(outline));
    if (there === undefined) await rename(beside, folder);
    else await moveOut(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

/** Of a folder that is there, whoever is in it would stand in one that is gone if another took its place. */
async function moveOut(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
  await rmdir(from);
}

/** npm leaves files of this name out of packages, or takes them for its own: they are here without the dot. */
const dotted: readonly string[] = ['gitignore'];

async function copyTemplate(from: string, to: string, name: PluginName): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = join(
      to,
      entry.parentPath.slice(from.length),
      dotted.includes(entry.name) ? `.${entry.name}` : entry.name,
    );
    await mkdir(dirname(target), { recursive: true });
    await appendText(target, filled(await readFile(path, 'utf8'), name));
  }
}

/** Each kind adds its part to files that all have, such as the README. */
async function appendText(target: string, text: string): Promise<void> {
  await writeFile(target, existsSync(target) ? `\n${text}` : text, { flag: 'a' });
}

function filled(text: string, { package: packageName, component }: PluginName): string {
  return text.replaceAll('%PACKAGE%', packageName).replaceAll('%NAME%', component);
}

function manifestText({ name, kinds, bakeVersion }: PluginOutline): string {
  const components = kinds.map((kind) => [`${kind}s`, { [name.component]: `./dist/${kind}.js` }]);
  const manifest = {
    name: name.package,
    version: '0.1.0',
    description: `Plugin ${name.component} for bake`,
    keywords: ['bake-plugin'],
    license: 'UNLICENSED',
    type: 'module',
    bake: { api: 1, ...Object.fromEntries(components) },
    engines: { node: '>=20.19' },
    files: ['dist'],
    scripts: {
      build: 'tsc',
      test: 'npm run build && node --test',
      prepack: 'npm run build',
    },
    dependencies: { '@bake/plugin-sdk': `^${bakeVersion}` },
    devDependencies: {
      '@bake/cli': `^${bakeVersion}`,
      '@types/node': '^20.19.0',
      typescript: '^7.0.2',
    },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
