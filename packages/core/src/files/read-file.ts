import { readFileSync } from 'node:fs';
import {
  type ConfigFile,
  type Diagnostics,
  parseConfig,
  parseJsonConfig,
  type Source,
  sourceFromBytes,
} from '@bake/hcl';
import { systemReason } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import { noOpenFiles, type OpenFiles } from './open-files.ts';

/** Reads and parses one file, as JSON if its name says so; `undefined` when it cannot be read. What parsing says is added to `diagnostics`. */
export function readConfigFile(
  path: string,
  diagnostics: Diagnostics,
  open: OpenFiles = noOpenFiles,
): ConfigFile | undefined {
  const source = open.sourceOf(path) ?? readSource(path, diagnostics);
  if (source === undefined) return undefined;
  const parse = path.endsWith('.json') ? parseJsonConfig : parseConfig;
  const parsed = parse(source);
  diagnostics.add(...parsed.diagnostics);
  return parsed.value;
}

/** The text of a file; reports and gives `undefined` when it cannot be read. */
export function readSource(path: string, diagnostics: Diagnostics): Source | undefined {
  try {
    const decoded = sourceFromBytes(path, readFileSync(path));
    if ('source' in decoded) return decoded.source;
    diagnostics.add(decoded.problem);
  } catch (error) {
    diagnostics.add(messages.unreadable(path, systemReason(error)));
  }
  return undefined;
}
