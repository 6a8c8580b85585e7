import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type ConfigFile, type Diagnostics, parseConfig, parseJsonConfig } from '@bake/hcl';
import { systemReason } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';

/** Reads and parses one file, as JSON if its name says so; `undefined` when it cannot be read. What parsing says is added to `diagnostics`. */
export function readConfigFile(path: string, diagnostics: Diagnostics): ConfigFile | undefined {
  const text = readText(path, diagnostics);
  if (text === undefined) return undefined;
  const parse = path.endsWith('.json') ? parseJsonConfig : parseConfig;
  const parsed = parse({ name: path, text });
  diagnostics.add(...parsed.diagnostics);
  return parsed.value;
}

/** The text of a file; reports and gives `undefined` when it cannot be read. */
export function readText(path: string, diagnostics: Diagnostics): string | undefined {
  try {
    const bytes = readFileSync(path);
    if (isUtf8(bytes)) return bytes.toString('utf8');
    diagnostics.add(messages.notUtf8(path));
    return undefined;
  } catch (error) {
    diagnostics.add(messages.unreadable(path, systemReason(error)));
    return undefined;
  }
}
