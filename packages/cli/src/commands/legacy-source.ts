import { text as readAll } from 'node:stream/consumers';
import { readLegacySource as readFile } from '@bake/core/legacy';
import type { Source } from '@bake/hcl';
import type { Terminal } from '../terminal.ts';
import type { DiagnosticsView } from '../views/diagnostics.ts';

/** The text of a legacy template at a path or, for `-`, on the standard input. Shows why there is none. */
export async function readLegacySource(
  path: string,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<Source | undefined> {
  if (path === '-') return { name: '<stdin>', text: await readAll(terminal.input) };
  const { value, diagnostics } = readFile(path);
  view.show(diagnostics);
  return value;
}
