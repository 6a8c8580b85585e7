import { dirname, join } from 'node:path';
import { createRegistry, findPlugins, load, type Plan, plan, type Registry } from '@bake/core';
import { type Source, secondOpinion } from '@bake/hcl';
import type { Ui } from '@bake/plugin-sdk';
import { ArgumentError } from '../arguments/flags.ts';
import type { Terminal } from '../terminal.ts';
import type { DiagnosticsView } from '../views/diagnostics.ts';

/** What the commands that read a template have in common. */
export interface TemplateRequest {
  readonly path: string;
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly assignments: readonly string[];
  readonly variableFiles: readonly string[];
  readonly warnUndeclared: boolean;
  /** Read data sources. */
  readonly readData: boolean;
}

/** A planned template, with the registry that found its plugins. */
export interface PlannedTemplate {
  readonly plan: Plan;
  readonly registry: Registry;
  /** Something was wrong with it; the plan holds what was not. */
  readonly hasErrors: boolean;
}

/** The one operand that such a command takes. */
export function templatePath(operands: readonly string[]): string {
  const [path, surplus] = operands;
  if (path === undefined) throw new ArgumentError('Give the path of a template or its folder.');
  if (surplus === undefined) return path;
  const advice = surplus.startsWith('-') ? ' Options go before the path.' : '';
  throw new ArgumentError(`One path is wanted, and "${surplus}" came after it.${advice}`);
}

/** Loads and plans a template and shows every diagnostic of both. */
export async function planTemplate(
  request: TemplateRequest,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<PlannedTemplate> {
  const loaded = load(request.path);
  const registry = createRegistry(findPlugins(pluginPlaces(loaded.value.root, terminal)));
  const planned = await plan(loaded.value, {
    registry,
    variables: {
      environment: terminal.environment,
      files: request.variableFiles,
      assignments: request.assignments,
      warnUndeclared: request.warnUndeclared,
    },
    only: request.only,
    except: request.except,
    readData: request.readData,
    workingDir: terminal.workingDir,
    startTime: new Date(),
    signal: terminal.signal,
    log: plainLog(terminal),
  });
  const diagnostics = [...loaded.diagnostics, ...planned.diagnostics];
  view.show(diagnostics);
  await askSecondOpinion(loaded.rejected, terminal);
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  return { plan: planned.value, registry, hasErrors };
}

function pluginPlaces(root: string, { environment }: Terminal): Parameters<typeof findPlugins>[0] {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '';
  const config = environment['XDG_CONFIG_HOME'] ?? join(home, '.config');
  return {
    templateFolder: root,
    userFolders: [environment['BAKE_PLUGIN_PATH'] ?? join(config, 'bake', 'plugins')],
    firstParty: dirname(import.meta.dirname),
  };
}

/** Data sources speak before there is a run with a view of its own. */
function plainLog(terminal: Terminal): Ui {
  const line = (text: string): void => terminal.write(`${text.trimEnd()}\n`);
  return { say: line, error: line, output: () => {}, progress: () => {} };
}

/**
 * Asks HashiCorp's own parser about files that ours rejects. If it accepts one, the fault is ours and
 * not the user's, and they should know.
 */
async function askSecondOpinion(rejected: readonly Source[], terminal: Terminal): Promise<void> {
  for (const source of rejected) {
    if ((await secondOpinion(source)) !== 'accepts') continue;
    terminal.write(
      `Note: HashiCorp's HCL parser accepts ${source.name}, so this is a bug in bake. Please report it with the file.\n\n`,
    );
  }
}
