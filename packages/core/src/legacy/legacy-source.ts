import { Diagnostics, type Source, type WithDiagnostics } from '@bake/hcl';
import { findFiles } from '../files/find-files.ts';
import { readSource } from '../files/read-file.ts';
import { notLegacyPath } from './messages.ts';

/** The text of the legacy template at the path; `undefined` when there is none, or a template in HCL. */
export function readLegacySource(path: string): WithDiagnostics<Source | undefined> {
  const diagnostics = new Diagnostics();
  const found = findFiles(path);
  const { legacy } = found.value;
  if (legacy !== undefined) {
    const source = readSource(legacy, diagnostics);
    return { value: source, diagnostics: diagnostics.list };
  }
  const isHcl = found.value.templates.length > 0 || found.diagnostics.length === 0;
  diagnostics.add(...(isHcl ? [notLegacyPath(path)] : found.diagnostics));
  return { value: undefined, diagnostics: diagnostics.list };
}
