import { definePostProcessor } from '@bake/plugin-sdk';
import { checkLocal } from './check.ts';
import { localOptions } from './options.ts';

export default definePostProcessor({
  name: 'shell-local',
  doc: 'Runs scripts and commands here after the build; hands its input on as it is.',
  config: localOptions,
  check: checkLocal,
  async process(local, input, context) {
    const { runLocally } = await import('./run-locally.ts');
    const command = local.execute_command ?? [];
    // Of old the command was one string here: it still is one for the shell.
    const execute_command = command.length === 1 ? ['sh', '-c', ...command] : command;
    await runLocally({ ...local, execute_command }, context);
    return { artifact: input, keepInput: true, mustKeepInput: true };
  },
});
