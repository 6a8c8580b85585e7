import { randomInt } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Cleanup, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { runProcess } from '@bake/plugin-sdk/process';
import { requireSuccess, scriptFiles } from '@bake/plugin-sdk/scripts';
import { formatVariables } from '../environment.ts';
import { inlineScript } from '../inline-script.ts';
import type { LocalConfig } from './options.ts';

/** Runs the scripts of a `shell-local` here; rejects with a `Failure` at the first that fails. */
export async function runLocally(local: LocalConfig, context: RunContext): Promise<void> {
  const onlyOn = local.only_on ?? [];
  if (onlyOn.length > 0 && !onlyOn.includes(systemName())) {
    context.ui.say('Skipping shell-local due to runtime OS');
    return;
  }
  const variables = localVariables(local, context);
  for (const [, path] of scriptFiles(local)) {
    await runScript(local, context, path, variables);
  }
  const commands = local.command ? [local.command] : (local.inline ?? []);
  if (commands.length > 0) {
    const { path, cleanup } = await writeInline(local, commands, context);
    await runScript(local, context, path, variables);
    await cleanup.now();
  }
}

/** This system by Go's name. */
function systemName(): string {
  const names: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
  return names[process.platform] ?? process.platform;
}

const onWindows = process.platform === 'win32';

function localVariables(local: LocalConfig, context: RunContext): string {
  const format = onWindows && !local.use_linux_pathing ? 'set %s=%s && ' : "%s='%s' ";
  const environment_vars = local.environment_vars?.map((text) => renderForBuild(text, context));
  const options = { environment_vars, env: local.env };
  return formatVariables(options, local.env_var_format || format, context);
}

/** The commands as a file that only this user can read, gone again at the end whatever happens. */
async function writeInline(
  local: LocalConfig,
  commands: readonly string[],
  context: RunContext,
): Promise<{ path: string; cleanup: Cleanup }> {
  const shebang = local.inline_shebang || (onWindows ? '' : '/bin/sh -e');
  const text = inlineScript(commands, shebang, context);
  const extension = local.tempfile_extension || (onWindows ? 'cmd' : '');
  const suffix = extension === '' ? '' : `.${extension.replace(/^\./, '')}`;
  const path = join(tmpdir(), `packer-shell${randomInt(1e9, 1e10)}${suffix}`);
  const remove = (): Promise<void> => rm(path, { force: true });
  const entry = context.journal({ kind: 'path', label: `local script ${path}`, traces: { path } });
  const cleanup = context.onCleanup('remove local script', remove, { always: true, entry });
  await writeFile(path, text, { mode: 0o700, flag: 'wx' });
  return { path, cleanup };
}

async function runScript(
  local: LocalConfig,
  context: RunContext,
  path: string,
  variables: string,
): Promise<void> {
  const script = local.use_linux_pathing ? linuxPath(resolve(path)) : resolve(path);
  const values = { Vars: variables, Script: script, Command: script };
  const [program = '', ...args] = executeCommand(local).map((part) =>
    renderForBuild(part, context, values),
  );
  context.ui.say(`Running local shell script: ${path}`);
  const { runUuid } = context.build;
  const entry = context.journal({
    kind: 'processes',
    label: `processes of ${path}`,
    traces: { mark: `PACKER_RUN_UUID=${runUuid}` },
  });
  const end = await runProcess({
    program,
    args,
    env: { PACKER_RUN_UUID: runUuid },
    signal: context.signal,
    onStdout: (chunk) => context.ui.output('stdout', chunk),
    onStderr: (chunk) => context.ui.output('stderr', chunk),
  }).finally(() => entry.close());
  requireSuccess(end, local.valid_exit_codes);
}

function executeCommand({ execute_command: command = [] }: LocalConfig): readonly string[] {
  if (command.length > 0) {
    return command;
  }
  return onWindows
    ? ['cmd', '/V', '/C', '{{.Vars}}', 'call', '{{.Script}}']
    : ['/bin/sh', '-c', '{{.Vars}} {{.Script}}'];
}

/** `C:\a\b` as the Linux subsystem of Windows names it: `/mnt/c/a/b`. */
function linuxPath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^([A-Za-z]):\//, (_, drive: string) => `/mnt/${drive.toLowerCase()}/`);
}
