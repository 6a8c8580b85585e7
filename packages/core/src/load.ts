import {
  type ConfigFile,
  type Diagnostic,
  Diagnostics,
  isDisputable,
  parseConfig,
  type Source,
  type WithDiagnostics,
} from '@bake/hcl';
import { hidesNames, withoutBroken, withoutFollowing } from './config/following.ts';
import { readConfig } from './config/read-config.ts';
import type { Template } from './config/template.ts';
import { findFiles, type TemplateFiles } from './files/find-files.ts';
import { noOpenFiles, type OpenFiles } from './files/open-files.ts';
import { readConfigFile, readSource } from './files/read-file.ts';
import type { LegacyTemplate } from './legacy/legacy-template.ts';
import { readLegacy } from './legacy/read-legacy.ts';

/** A template as far as it could be read. */
export interface LoadedTemplate extends WithDiagnostics<Template> {
  /** Files in HCL's native syntax that have syntax errors, other than those of going beyond a limit of bake. */
  readonly rejected: readonly Source[];
}

/** A template that stands in no file; its folder is the working folder. */
export interface PipedTemplate {
  /** The text, and the name that messages give it. */
  readonly source: Source;
  /** `json` is the legacy format. */
  readonly type: 'json' | 'hcl2';
}

/**
 * Reads the template at `path`, a file or a folder. Nothing that needs a value is evaluated. What could
 * be read is returned together with everything that is wrong with it.
 */
export function load(path: string, open: OpenFiles = noOpenFiles): LoadedTemplate {
  const diagnostics = new Diagnostics();
  const found = findFiles(path, open);
  diagnostics.add(...found.diagnostics);
  const rejected: Source[] = [];
  const mistakes: Diagnostic[] = [];
  const files = found.value.templates.flatMap((file) => {
    const syntax = new Diagnostics();
    const parsed = readConfigFile(file, syntax, open);
    diagnostics.add(...syntax.list);
    if (syntax.hasErrors) mistakes.push(...syntax.list);
    const isNative = parsed?.body.syntax !== 'json';
    if (parsed !== undefined && isNative && isDisputable(syntax.list)) rejected.push(parsed.source);
    return parsed ?? [];
  });
  const legacy = readLegacyFile(found.value.legacy, diagnostics);
  const config = readDeclarations(path, found.value, files, mistakes, diagnostics);
  const template = legacy === undefined ? config : { ...config, legacy };
  return { value: template, diagnostics: diagnostics.list, rejected };
}

/** The same for a template that was piped in. */
export function loadPiped({ source, type }: PipedTemplate): LoadedTemplate {
  const diagnostics = new Diagnostics();
  const found: TemplateFiles = { root: '.', templates: [], autoVariables: [] };
  const parsed = type === 'hcl2' ? parseConfig(source) : undefined;
  const legacy = type === 'json' ? readLegacy(source) : undefined;
  diagnostics.add(...((parsed ?? legacy)?.diagnostics ?? []));
  const rejected = type === 'hcl2' && isDisputable(diagnostics.list) ? [source] : [];
  const files = parsed === undefined ? [] : [parsed.value];
  const mistakes = parsed?.diagnostics ?? [];
  const config = readDeclarations(source.name, found, files, mistakes, diagnostics);
  const template = legacy === undefined ? config : { ...config, legacy: legacy.value };
  return { value: template, diagnostics: diagnostics.list, rejected };
}

/** `mistakes` are those of syntax. */
function readDeclarations(
  path: string,
  places: TemplateFiles,
  files: readonly ConfigFile[],
  mistakes: readonly Diagnostic[],
  diagnostics: Diagnostics,
): Template {
  const found = new Diagnostics();
  const template = readConfig(path, places, files, found);
  const known = [...mistakes, ...found.list.filter(hidesNames)];
  diagnostics.add(...withoutFollowing(found.list, known));
  const variables = withoutBroken(template.variables, mistakes);
  return { ...template, variables, mistakes: known };
}

function readLegacyFile(
  path: string | undefined,
  diagnostics: Diagnostics,
): LegacyTemplate | undefined {
  const source = path === undefined ? undefined : readSource(path, diagnostics);
  if (source === undefined) return undefined;
  const { value, diagnostics: found } = readLegacy(source);
  diagnostics.add(...found);
  return value;
}
