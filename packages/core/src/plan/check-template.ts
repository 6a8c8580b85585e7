import { type Diagnostic, Diagnostics } from '@bake/hcl';
import { withoutFollowing } from '../config/following.ts';
import type { Template } from '../config/template.ts';
import type { RootValues } from '../values/root-scope.ts';
import type { CheckMemory } from './check-memory.ts';
import {
  beginPlanning,
  discreet,
  type PlanOptions,
  plan,
  planBuilds,
  readBuilds,
  secretsOf,
} from './make-plan.ts';

/** What there is to say of a template. */
export interface CheckedTemplate {
  readonly diagnostics: readonly Diagnostic[];
  /** Of variables, locals and data sources; `undefined` for a legacy template. */
  readonly values: RootValues | undefined;
}

/**
 * Says of a template what `plan` would say, but plans only the builds whose text or values are others than when
 * `memory` last saw them: for an editor, which asks after each key.
 */
export async function checkTemplate(
  template: Template,
  options: Omit<PlanOptions, 'only' | 'except'>,
  memory: CheckMemory,
): Promise<CheckedTemplate> {
  const all = { ...options, only: [], except: [] };
  if (template.legacy !== undefined) {
    return { diagnostics: (await plan(template, all)).diagnostics, values: undefined };
  }
  const { planning, values } = await beginPlanning(template, all);
  const { fresh, recalled } = memory.recall(template, values);
  const inBuilds = { ...planning, diagnostics: new Diagnostics() };
  const blocks = await readBuilds(fresh, inBuilds);
  await planBuilds(blocks, inBuilds, all);
  const found = inBuilds.diagnostics.list;
  memory.keep(template, blocks, values, found);
  const said = [...planning.diagnostics.list, ...found, ...recalled];
  const told = withoutFollowing(said, template.mistakes);
  return { diagnostics: discreet(told, secretsOf(values, planning)), values };
}
