import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, messageOf } from '@bake/plugin-sdk';
import { type LockedPlugin, readLockFile } from './lock-file.ts';

/** Which package a source address means. */
export type PluginOrigin =
  | { readonly kind: 'first-party'; readonly package: string }
  | { readonly kind: 'npm'; readonly package: string }
  /** Nobody has said so. */
  | { readonly kind: 'unknown' };

/** What a template's folder says of plugins. Files are read when they are first needed. */
export interface PluginProject {
  /** Throws a `Failure` when `bake.json` cannot be read. */
  originOf(source: string): PluginOrigin;
  /** What `bake init` chose; `undefined` without a lock file. Throws a `Failure` when it cannot be read. */
  locked(): readonly LockedPlugin[] | undefined;
}

/** The file that maps source addresses to npm packages, in the template's folder or one above it. */
export const settingsFileName = 'bake.json';

/** What the folder of a template says. */
export function pluginProject(templateFolder: string): PluginProject {
  let mapping: ReadonlyMap<string, string> | undefined;
  let locked: { readonly list: readonly LockedPlugin[] | undefined } | undefined;
  return {
    originOf(source) {
      const [host, namespace, name] = source.split('/');
      if (host === 'npm') return { kind: 'npm', package: source.slice('npm/'.length) };
      mapping ??= readMapping(templateFolder);
      const mapped = mapping.get(source);
      if (mapped !== undefined) return { kind: 'npm', package: mapped };
      const isOurs = host === 'github.com' && namespace === 'hashicorp' && name !== undefined;
      return isOurs
        ? { kind: 'first-party', package: `@bake/plugin-${name}` }
        : { kind: 'unknown' };
    },
    locked() {
      locked ??= { list: readLockFile(templateFolder) };
      return locked.list;
    },
  };
}

/** A template without a folder. */
export const noProject: PluginProject = { ...pluginProject('/'), locked: () => undefined };

function readMapping(templateFolder: string): ReadonlyMap<string, string> {
  for (let folder = templateFolder; ; folder = dirname(folder)) {
    const path = join(folder, settingsFileName);
    const text = readText(path);
    if (text !== undefined) return mappingIn(text, path);
    if (folder === dirname(folder)) return new Map();
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, messageOf(cause));
  }
}

function mappingIn(text: string, path: string): ReadonlyMap<string, string> {
  const settings = parse(text, path);
  if (!isRecord(settings)) throw unreadable(path, 'it is no JSON object');
  const other = Object.keys(settings).find((key) => key !== 'plugins');
  if (other !== undefined) throw unreadable(path, `nothing is called "${other}" there`);
  const { plugins = {} } = settings;
  if (!isRecord(plugins)) throw unreadable(path, '"plugins" is no object');
  return new Map(
    Object.entries(plugins).map(([source, name]) => {
      if (typeof name === 'string') return [source, name];
      throw unreadable(path, `the package for "${source}" is no text`);
    }),
  );
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, messageOf(cause));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(path: string, why: string): Failure {
  return new Failure({
    summary: `Cannot read ${path}: ${why}`,
    detail:
      'It says which npm package a source address means: {"plugins": {"github.com/acme/foo": "@acme/bake-plugin-foo"}}.',
  });
}
