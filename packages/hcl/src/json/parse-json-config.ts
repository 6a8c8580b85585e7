import { Diagnostics, type WithDiagnostics } from '../diagnostic.ts';
import { rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import type { ConfigFile } from '../syntax/ast.ts';
import * as messages from './messages.ts';
import { readJson } from './read-json.ts';
import { bodyObjects, bodyOf } from './to-body.ts';

/**
 * Parses a configuration file in HCL's JSON syntax into the tree of the native syntax, with ranges into
 * the JSON text. The tree is complete when no diagnostic is an error. Never throws.
 */
export function parseJsonConfig(source: Source): WithDiagnostics<ConfigFile> {
  const { value: root, problems } = readJson(source);
  const diagnostics = new Diagnostics();
  diagnostics.add(...problems);
  const range = rangeOf(source, 0, source.text.length);
  const isBody = root.kind === 'object' || root.kind === 'array';
  if (!isBody && problems.length === 0) diagnostics.add(messages.rootNotObject(root.range));
  const objects = isBody ? bodyObjects(root, diagnostics) : [];
  const body = bodyOf(objects, range, 'template');
  const file: ConfigFile = { kind: 'file', source, body, comments: [], range };
  return { value: file, diagnostics: diagnostics.list };
}
