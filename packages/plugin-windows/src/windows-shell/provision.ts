import type { Machine, RunContext } from '@bake/plugin-sdk';
import { formatGo, renderForBuild } from '@bake/plugin-sdk/go-template';
import {
  requireSuccess,
  scriptFiles,
  scriptVariables,
  startWithRetry,
} from '@bake/plugin-sdk/scripts';
import {
  batchScript,
  fileScript,
  inlineOf,
  type LocalScript,
  withWindowsLines,
} from '../local-script.ts';
import type { WindowsShellConfig } from './component.ts';

/**
 * Runs the scripts on the machine, one after another; rejects with a `Failure` at the first that fails.
 * As with Packer the last one stays on the machine.
 */
export async function provision(
  shell: WindowsShellConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with windows-shell...');
  const command = commandOf(shell, context);
  for (const script of scriptsOf(shell)) {
    context.ui.say(`Provisioning with shell script: ${script.name}`);
    const end = await startWithRetry(shell.start_retry_timeout, machine, context, async () => {
      await machine.communicator.upload(await script.open(), shell.remote_path, context.signal);
      return machine.communicator.run({
        command,
        onStdout: (chunk) => context.ui.output('stdout', chunk),
        onStderr: (chunk) => context.ui.output('stderr', chunk),
        signal: context.signal,
      });
    });
    context.signal.throwIfAborted();
    requireSuccess(end, shell.valid_exit_codes);
  }
}

/** Values are not escaped: the quotes around `NAME=value` keep all but `"` and `%` from being special. */
function commandOf(shell: WindowsShellConfig, context: RunContext): string {
  const Vars = scriptVariables(shell, context)
    .map(([name, value]) => formatGo(shell.env_var_format, [name, value]))
    .join('');
  return renderForBuild(shell.execute_command, context, { Vars, Path: shell.remote_path });
}

function scriptsOf(shell: WindowsShellConfig): readonly LocalScript[] {
  const read = shell.binary ? fileScript : batchScript;
  const files = scriptFiles(shell).map(([, path]) => read(path));
  const commands = shell.inline ?? [];
  const text = withWindowsLines(commands.map((command) => `${command}\n`).join(''));
  return commands.length === 0 ? files : [...files, inlineOf(text, 'script.bat')];
}
