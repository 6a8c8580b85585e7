import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { requireToolSuccess, runShown, StagingFolder } from '@bake/plugin-sdk/staging';
import { bootstrapCommands, moveCommand, saltCallCommand } from './commands.ts';
import type { SaltConfig } from './component.ts';
import { fetchFormula, parseFormula } from './formula.ts';
import { guestPaths } from './guest-paths.ts';

/** Installs Salt if it is to, uploads what it needs and applies the states. Rejects with a `Failure`. */
export async function provision(
  salt: SaltConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning machine using Salt...');
  const system = salt.guest_os_type;
  const paths = guestPaths[system];
  const guest = { system, sudo: system === 'unix' && !salt.disable_sudo } as const;
  const folder = salt.temp_config_dir || paths.tempDir;
  // A folder that the template names may hold other things.
  const isRemoved = !salt.temp_config_dir;
  const staging = new StagingFolder(folder, { ...guest, isRemoved }, machine, context);
  await staging.make();
  const run = async (tool: string, command: string): Promise<void> => {
    requireToolSuccess(await runShown(command, machine, context), { tool });
    context.signal.throwIfAborted();
  };
  if (!salt.skip_bootstrap) {
    for (const command of bootstrapCommands(salt, staging.path)) {
      context.ui.say(`Installing Salt with command ${command}`);
      await run('The installation of Salt', command);
    }
  }
  const move = (from: string, to: string): Promise<void> =>
    run('Moving files of Salt', moveCommand(from, to, guest));
  const stateTree = salt.remote_state_tree || paths.stateTree;
  const pillarRoots = salt.remote_pillar_roots || paths.pillarRoots;
  if (salt.minion_config) {
    await move(await staging.upload(salt.minion_config, 'minion'), `${paths.configDir}/minion`);
  }
  if (salt.grains_file) {
    await move(await staging.upload(salt.grains_file, 'grains'), `${paths.configDir}/grains`);
  }
  await uploadStates(salt, staging, context);
  await move(staging.at('states'), stateTree);
  if (salt.local_pillar_roots) {
    await move(await staging.uploadDir(salt.local_pillar_roots, 'pillar'), pillarRoots);
  }
  const command = saltCallCommand(
    salt,
    salt.minion_config ? undefined : { stateTree, pillarRoots },
  );
  context.ui.say(`Running: ${command}`);
  const end = await runShown(command, machine, context);
  context.signal.throwIfAborted();
  if (!salt.no_exit_on_failure || end.disconnected) {
    requireToolSuccess(end, { tool: 'Salt', meanings });
  }
  await staging.remove();
}

/** The tree, and in it the formulas, which come from git by way of a folder here. */
async function uploadStates(
  salt: SaltConfig,
  staging: StagingFolder,
  context: RunContext,
): Promise<void> {
  await staging.uploadDir(salt.local_state_tree, 'states');
  const formulas = (salt.formulas ?? []).flatMap((text) => parseFormula(text) ?? []);
  if (formulas.length === 0) return;
  const path = join(tmpdir(), `bake-salt-${randomUUID()}`);
  const entry = context.journal({ kind: 'path', label: `formulas ${path}`, traces: { path } });
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
  const cleanup = context.onCleanup('remove the formulas here', remove, { always: true, entry });
  for (const formula of formulas) {
    const local = await fetchFormula(formula, path, context);
    await staging.uploadDir(local, `states/${basename(formula.folder)}`);
  }
  await cleanup.now();
}

const goOn = 'To go on all the same, set "no_exit_on_failure = true".';
/** `salt/defaults/exitcodes.py`, with `--retcode-passthrough`. */
const meanings: Readonly<Record<number, string>> = {
  1: `Salt could not apply the states, for instance as one does not compile. What it printed is above. ${goOn}`,
  2: `Some states failed. What Salt printed is above. ${goOn}`,
  5: `Salt could not compile the pillars. What it printed is above. ${goOn}`,
};
