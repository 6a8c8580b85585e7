import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Diagnostic, Diagnostics, type WithDiagnostics } from '@bake/hcl';
import { systemReason } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import { noOpenFiles, type OpenFiles } from './open-files.ts';

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
 * of any other name is in the legacy JSON format, whatever it holds. What is open in an editor is there even
 * if it was never saved.
 */
export function findFiles(
  path: string,
  open: OpenFiles = noOpenFiles,
): WithDiagnostics<TemplateFiles> {
  const diagnostics = new Diagnostics();
  const files = filesAt(path, open, diagnostics);
  return { value: files, diagnostics: diagnostics.list };
}

function filesAt(path: string, open: OpenFiles, diagnostics: Diagnostics): TemplateFiles {
  const nothing: TemplateFiles = { root: path, templates: [], autoVariables: [] };
  const stats = attempt(path, diagnostics, () => statSync(path, { throwIfNoEntry: false }) ?? null);
  if (stats === undefined) return nothing;
  const isOpen = open.sourceOf(path) !== undefined;
  if (stats === null && !isOpen) {
    return reported(nothing, diagnostics, messages.noSuchPath(path));
  }
  if (stats?.isDirectory()) return filesIn(path, open, diagnostics);
  const alone = { ...nothing, root: slashed(dirname(path)) };
  return /\.pkr\.(?:hcl|json)$/.test(path)
    ? { ...alone, templates: [path] }
    : { ...alone, legacy: path };
}

function filesIn(folder: string, open: OpenFiles, diagnostics: Diagnostics): TemplateFiles {
  const names = attempt(folder, diagnostics, () => fileNames(folder, open));
  if (names === undefined) return { root: slashed(folder), templates: [], autoVariables: [] };
  const ending = (suffix: string): readonly string[] =>
    names.filter((name) => name.endsWith(suffix)).map((name) => join(folder, name));
  const templates = [...ending('.pkr.hcl'), ...ending('.pkr.json')];
  if (templates.length === 0) diagnostics.add(messages.noConfigFiles(folder));
  const autoVariables = [...ending('.auto.pkrvars.hcl'), ...ending('.auto.pkrvars.json')];
  return { root: slashed(folder), templates, autoVariables };
}

/** Sub-folders and links to folders are left out, whatever they are called; dangling links are not. */
function fileNames(folder: string, open: OpenFiles): readonly string[] {
  const opened = [...open.paths]
    .filter((path) => dirname(path) === folder)
    .map((path) => basename(path));
  return [...new Set([...readdirSync(folder), ...opened])]
    .sort()
    .filter((name) => !isFolder(join(folder, name)));
}

/** What may not be looked at counts as a file: reading it will tell. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** `undefined` when the system refuses, which is reported. */
function attempt<T>(path: string, diagnostics: Diagnostics, look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    diagnostics.add(messages.unreadable(path, systemReason(error)));
    return undefined;
  }
}

function reported<T>(value: T, diagnostics: Diagnostics, diagnostic: Diagnostic): T {
  diagnostics.add(diagnostic);
  return value;
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
