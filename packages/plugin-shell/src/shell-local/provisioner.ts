import { defineProvisioner } from '@bake/plugin-sdk';
import { checkLocal } from './check.ts';
import { localOptions } from './options.ts';

export default defineProvisioner({
  name: 'shell-local',
  doc: 'Runs scripts and commands here, on the machine that runs bake.',
  config: localOptions,
  check: checkLocal,
  inputs: () => ({ unkept: 'it runs on this machine' }),
  async provision(local, _machine, context) {
    const { runLocally } = await import('./run-locally.ts');
    await runLocally(local, context);
  },
});
