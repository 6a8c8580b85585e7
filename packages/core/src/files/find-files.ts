import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Diagnostic, Diagnostics, type WithDiagnostics } from '@bake/hcl';
import * as messages from '../messages.ts';

/** The files that a template consists of. Paths are as the user gave them, so that messages name them so. */
export interface TemplateFiles {
  /** What `path.root` gives: the folder as given, or the folder of the one file. */
  readonly root: string;
  /** In HCL, native syntax or JSON. */
  readonly templates: readonly string[];
  /** `*.auto.pkrvars.hcl` and then `*.auto.pkrvars.json`, in the order in which they count. */
  readonly autoVariables: readonly string[];
  /** The one file of a template in the legacy JSON format; then there are no `templates`. */
  readonly legacy?: string;
}

/**
 * Finds a template's files (core-behaviour, section 2): a file stands alone; of a folder all
 * `*.pkr.hcl` and after them all `*.pkr.json` belong together, in byte order, sub-folders not. A file
 * of any other name is in the legacy JSON format, whatever it holds.
 */
export function findFiles(path: string): WithDiagnostics<TemplateFiles> {
  const diagnostics = new Diagnostics();
  const files = filesAt(path, diagnostics);
  return { value: files, diagnostics: diagnostics.list };
}

function filesAt(path: string, diagnostics: Diagnostics): TemplateFiles {
  const nothing: TemplateFiles = { root: path, templates: [], autoVariables: [] };
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return reported(nothing, diagnostics, messages.noSuchPath(path));
  if (stats.isDirectory()) return filesIn(path, diagnostics);
  const alone = { ...nothing, root: slashed(dirname(path)) };
  return /\.pkr\.(?:hcl|json)$/.test(path)
    ? { ...alone, templates: [path] }
    : { ...alone, legacy: path };
}

function filesIn(folder: string, diagnostics: Diagnostics): TemplateFiles {
  const names = readdirSync(folder).sort();
  const ending = (suffix: string): readonly string[] =>
    names.filter((name) => name.endsWith(suffix)).map((name) => join(folder, name));
  const templates = [...ending('.pkr.hcl'), ...ending('.pkr.json')];
  if (templates.length === 0) diagnostics.add(messages.noConfigFiles(folder));
  const autoVariables = [...ending('.auto.pkrvars.hcl'), ...ending('.auto.pkrvars.json')];
  return { root: slashed(folder), templates, autoVariables };
}

function reported<T>(value: T, diagnostics: Diagnostics, diagnostic: Diagnostic): T {
  diagnostics.add(diagnostic);
  return value;
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
