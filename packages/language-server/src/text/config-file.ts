import { readFileSync } from 'node:fs';
import type { OpenFiles } from '@bake/core';
import {
  type ConfigFile,
  parseConfig,
  parseJsonConfig,
  type Source,
  sourceFromBytes,
  type WithDiagnostics,
} from '@bake/hcl';

const parsed = new WeakMap<Source, WithDiagnostics<ConfigFile>>();

/** A source as a tree, parsed once. */
export function parsedSource(source: Source): WithDiagnostics<ConfigFile> {
  const parse = source.name.endsWith('.json') ? parseJsonConfig : parseConfig;
  const known = parsed.get(source) ?? parse(source);
  parsed.set(source, known);
  return known;
}

/** A file as a tree, as it is open or on the disk; `undefined` when it cannot be read. */
export function configFile(path: string, open: OpenFiles): ConfigFile | undefined {
  const source = open.sourceOf(path) ?? sourceOnDisk(path);
  return source && parsedSource(source).value;
}

function sourceOnDisk(path: string): Source | undefined {
  try {
    const decoded = sourceFromBytes(path, readFileSync(path));
    return 'source' in decoded ? decoded.source : undefined;
  } catch {
    return undefined;
  }
}
