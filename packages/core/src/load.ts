import { Diagnostics, type WithDiagnostics } from '@bake/hcl';
import { readConfig } from './config/read-config.ts';
import type { Template } from './config/template.ts';
import { findFiles } from './files/find-files.ts';
import { readConfigFile } from './files/read-file.ts';

/**
 * Reads the template at `path`, a file or a folder. Nothing that needs a value is evaluated. What could
 * be read is returned together with everything that is wrong with it.
 */
export function load(path: string): WithDiagnostics<Template> {
  const diagnostics = new Diagnostics();
  const found = findFiles(path);
  diagnostics.add(...found.diagnostics);
  const files = found.value.templates.flatMap((file) => readConfigFile(file, diagnostics) ?? []);
  const template = readConfig(path, found.value, files, diagnostics);
  return { value: template, diagnostics: diagnostics.list };
}
