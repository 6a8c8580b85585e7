import type { Complain } from '@bake/plugin-sdk';
import { checkPath, checkSet } from '@bake/plugin-sdk/staging';
import type { SaltConfig } from './component.ts';
import { parseFormula } from './formula.ts';

/** Checks across the options, and that all that is to be uploaded is there. */
export async function checkSalt(salt: SaltConfig, complain: Complain): Promise<void> {
  checkSet('local_state_tree', salt.local_state_tree, complain);
  await checkPath('local_state_tree', salt.local_state_tree, 'folder', complain);
  await checkPath('local_pillar_roots', salt.local_pillar_roots, 'folder', complain);
  await checkPath('minion_config', salt.minion_config, 'file', complain);
  await checkPath('grains_file', salt.grains_file, 'file', complain);
  for (const option of ['remote_state_tree', 'remote_pillar_roots'] as const) {
    if (salt.minion_config && salt[option]) {
      complain(option, {
        summary: `"${option}" can not be used together with "minion_config"`,
        detail: 'The configuration of the minion says where states and pillars are.',
      });
    }
  }
  for (const [index, formula] of (salt.formulas ?? []).entries()) {
    if (parseFormula(formula) !== undefined) continue;
    complain(`formulas.${index}`, {
      summary: `Invalid format for formula: "${formula}"`,
      detail:
        'It has to be like "git::https://example.com/vault-formula.git//vault?ref=v1.2.3": "//FOLDER" names the folder of the repository that is the formula, and "?ref=" may be left out.',
    });
  }
}
