import { randomUUID } from 'node:crypto';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { formatGo, renderForBuild } from '@bake/plugin-sdk/go-template';
import {
  pauseAfter,
  requireSuccess,
  scriptFiles,
  scriptVariables,
  startWithRetry,
} from '@bake/plugin-sdk/scripts';
import { type Elevated, elevate, escaped, RemoteFiles, scriptFile } from '@bake/plugin-sdk/windows';
import { fileScript, inlineOf, type LocalScript } from '../local-script.ts';
import type { PowershellConfig } from './component.ts';
import { defaultCommand } from './execute-command.ts';
import { inlineScript } from './inline-script.ts';

/** One run of the provisioner. */
interface Run {
  readonly powershell: PowershellConfig;
  readonly machine: Machine;
  readonly context: RunContext;
  /** The script's variables, as statements. */
  readonly variables: string;
  /** Where they are uploaded to. */
  readonly variableFile: string;
  /** Scripts and variables, for removal at the end. */
  readonly files: RemoteFiles | undefined;
}

/** Runs the scripts on the machine, one after another; rejects with a `Failure` at the first that fails. */
export async function provision(
  powershell: PowershellConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with Powershell...');
  const run: Run = {
    powershell,
    machine,
    context,
    variables: flatVariables(powershell, context),
    variableFile:
      powershell.remote_env_var_path || tempFile(`packer-ps-env-vars-${randomUUID()}.ps1`),
    files: powershell.skip_clean
      ? undefined
      : new RemoteFiles(machine, context, programOf(powershell)),
  };
  for (const script of scriptsOf(run)) {
    await runScript(run, script);
  }
  await run.files?.remove();
  await pauseAfter(powershell.pause_after, context);
}

function tempFile(name: string): string {
  return `c:/Windows/Temp/${name}`;
}

function programOf({ use_pwsh }: PowershellConfig): 'powershell' | 'pwsh' {
  return use_pwsh ? 'pwsh' : 'powershell';
}

/** Unlike other shells' values, these may hold `{{ .ID }}` and the like. */
function flatVariables(powershell: PowershellConfig, context: RunContext): string {
  const render = (text: string): string => renderForBuild(text, context);
  const env = Object.entries(powershell.env ?? {}).map(([name, value]) => [
    render(name),
    render(value),
  ]);
  const options = {
    environment_vars: powershell.environment_vars?.map(render),
    env: Object.fromEntries(env) as Readonly<Record<string, string>>,
  };
  const format = powershell.elevated_user
    ? powershell.elevated_env_var_format
    : powershell.env_var_format;
  return scriptVariables(options, context)
    .map(([name, value]) => formatGo(format, [name, escaped(value)]))
    .join('');
}

function scriptsOf({ powershell, variables }: Run): readonly LocalScript[] {
  const files = scriptFiles(powershell).map(([, path]) => fileScript(path));
  const { inline: commands = [], debug_mode: debugMode } = powershell;
  if (commands.length === 0) {
    return files;
  }
  const text = scriptFile(inlineScript({ variables, commands, debugMode }));
  return [...files, inlineOf(text, `script-${randomUUID()}.ps1`)];
}

/** Everything that a script needs goes to the machine again with every attempt: a restart may have taken it away. */
async function runScript(run: Run, script: LocalScript): Promise<void> {
  const { powershell, machine, context, files, variableFile } = run;
  const { communicator } = machine;
  context.ui.say(`Provisioning with powershell script: ${script.name}`);
  const path = remotePath(powershell, script);
  files?.add(variableFile);
  files?.add(path);
  const task = powershell.elevated_user ? elevated(run, path) : undefined;
  const command = task?.command ?? render(run, path, powershell.execute_command);
  const end = await startWithRetry(powershell.start_retry_timeout, machine, context, async () => {
    const data = scriptFile(run.variables);
    await communicator.upload({ data, mode: 0o600 }, variableFile, context.signal);
    await communicator.upload(await script.open(), path, context.signal);
    await task?.upload();
    return communicator.run({
      command,
      onStdout: (chunk) => context.ui.output('stdout', chunk),
      onStderr: (chunk) => context.ui.output('stderr', chunk),
      signal: context.signal,
    });
  });
  context.signal.throwIfAborted();
  await task?.remove();
  requireSuccess(end, powershell.valid_exit_codes);
}

function remotePath({ remote_path: path }: PowershellConfig, script: LocalScript): string {
  if (!path) {
    return tempFile(`script-${randomUUID()}.ps1`);
  }
  return /[/\\]$/.test(path) ? path + script.fileName : path;
}

function render(run: Run, path: string, command: string | undefined): string {
  const { powershell, context, variableFile } = run;
  const text = command || defaultCommand(powershell);
  return renderForBuild(text, context, { Path: path, Vars: variableFile });
}

function elevated(run: Run, path: string): Elevated {
  const { powershell, machine, context } = run;
  const command = render(run, path, powershell.elevated_execute_command);
  const user = powershell.elevated_user ?? '';
  const password = powershell.elevated_password ?? '';
  // Its files go away whatever skip_clean says: nobody wants to look at a password.
  return elevate(command, { user, password }, machine, context, programOf(powershell));
}
