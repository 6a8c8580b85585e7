import { randomInt } from 'node:crypto';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { pauseAfter, requireSuccess, startWithRetry } from '@bake/plugin-sdk/scripts';
import { formatVariables } from '../environment.ts';
import type { ShellConfig } from './component.ts';
import { RemoteFile } from './remote-file.ts';
import { collectScripts, type Script } from './script.ts';

const disconnectAdvice =
  'If the script is meant to do that, for instance by a reboot, set "expect_disconnect = true".';

/** One run of the provisioner. */
interface Run {
  readonly shell: ShellConfig;
  readonly machine: Machine;
  readonly context: RunContext;
  /** Where scripts go on the machine, one after another. */
  readonly path: string;
  /** Where the variables are, if they have a file. */
  readonly variableFile: string;
}

/** Runs the scripts on the machine, one after another; rejects with a `Failure` at the first that fails. */
export async function provision(
  shell: ShellConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const folder = shell.remote_folder || machine.scriptFolder || '/tmp';
  const file = shell.remote_file || `script_${randomInt(1e9)}.sh`;
  const path = shell.remote_path || `${folder}/${file}`;
  const variableFile = shell.use_env_var_file ? `${folder}/varfile_${randomInt(1e9)}.sh` : '';
  const run: Run = { shell, machine, context, path, variableFile };
  const scripts = await collectScripts(shell, context);
  const variables = variableFile === '' ? undefined : await uploadVariables(run);
  for (const script of scripts) {
    await runScript(run, script);
  }
  await variables?.remove(context.signal, 0);
  await pauseAfter(shell.pause_after, context);
}

async function uploadVariables(run: Run): Promise<RemoteFile | undefined> {
  const { machine, context, variableFile } = run;
  const file = run.shell.skip_clean
    ? undefined
    : new RemoteFile(machine, variableFile, context, 'remove variables');
  const data = flatVariables(run);
  await startWithRetry(run.shell.start_retry_timeout, machine, context, () =>
    machine.communicator.upload({ data, mode: 0o600 }, variableFile, context.signal),
  );
  return file;
}

function flatVariables({ shell, context }: Pick<Run, 'shell' | 'context'>): string {
  const format = shell.use_env_var_file ? "export %s='%s'\n" : "%s='%s' ";
  return formatVariables(shell, shell.env_var_format || format, context);
}

async function runScript(run: Run, script: Script): Promise<void> {
  const { shell, machine, context, path } = run;
  context.ui.say(`Provisioning with shell script: ${script.name}`);
  const file = shell.skip_clean
    ? undefined
    : new RemoteFile(machine, path, context, 'remove script');
  const command = commandOf(run);
  const result = await startWithRetry(shell.start_retry_timeout, machine, context, async () => {
    await uploadScript(run, script);
    return machine.communicator.run({
      command,
      onStdout: (chunk) => context.ui.output('stdout', chunk),
      onStderr: (chunk) => context.ui.output('stderr', chunk),
      signal: context.signal,
    });
  });
  context.signal.throwIfAborted();
  if (!(result.disconnected && shell.expect_disconnect)) {
    requireSuccess(result, shell.valid_exit_codes, disconnectAdvice);
  }
  // After a reboot the machine needs its time until the script can be removed.
  await file?.remove(context.signal, result.disconnected ? shell.start_retry_timeout : 0);
}

function commandOf({ shell, context, path, variableFile }: Run): string {
  const standard = shell.use_env_var_file
    ? 'chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}'
    : 'chmod +x {{.Path}}; {{.Vars}} {{.Path}}';
  return renderForBuild(shell.execute_command || standard, context, {
    Vars: flatVariables({ shell, context }),
    Path: path,
    EnvVarFile: variableFile,
  });
}

/**
 * A command of the template's own may run the script as somebody else, who must be able to read it
 * whatever the umask of the login makes of the file mode.
 */
async function uploadScript(run: Run, script: Script): Promise<void> {
  const { shell, machine, context, path } = run;
  const { communicator } = machine;
  await communicator.upload(await script.open(), path, context.signal);
  if (shell.execute_command) {
    await communicator.run({ command: `chmod 0755 ${path}`, signal: context.signal });
  }
}
