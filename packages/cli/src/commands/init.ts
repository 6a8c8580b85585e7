import { type LoadedTemplate, load, type PluginProject, pluginProject } from '@bake/core';
import type { LockedPlugin, RequiredPlugin } from '@bake/core/plugins';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import type { InstallContext } from '../install/install-plugin.ts';
import { registrySource, tarballSource } from '../install/package-source.ts';
import { pluginHome } from '../install/plugin-home.ts';
import { saveLock } from '../install/save-lock.ts';
import { type SettleOptions, settlePlugin } from '../install/settle-plugin.ts';
import type { Terminal } from '../terminal.ts';
import { annotatedView } from '../views/annotated-view.ts';
import type { Command } from './command.ts';
import { reporting } from './reporting.ts';
import { templatePath } from './template-session.ts';

const flags = {
  ...templateFlags,
  upgrade: { kind: 'bool', help: 'Take the newest versions that fit, in place of those locked.' },
  force: { kind: 'bool', help: 'Install again what is installed.' },
  from: {
    kind: 'string',
    value: 'folder',
    help: 'Take packages from a folder of files that "npm pack" wrote; no registry is asked.',
  },
} as const;

/** `bake init`: installs the plugins that a template requires and locks their versions and content. */
export const initCommand: Command = {
  name: 'init',
  summary: 'Installs the plugins that a template requires.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const path = templatePath(operands);
    if (path === '-')
      throw new ArgumentError('Plugins are installed for a template that is a file or folder.');
    const loaded = load(path);
    if (await hasErrors(loaded, terminal)) return 1;
    if (loaded.value.legacy !== undefined) return refuseLegacy(terminal);
    const { root, requiredPlugins } = loaded.value;
    if (requiredPlugins.size === 0) return nothingRequired(terminal);
    const home = pluginHome(root, terminal.environment);
    const context: InstallContext = {
      packages:
        given.from === undefined
          ? registrySource(home, terminal.signal)
          : tarballSource(given.from),
      home,
      templateFolder: root,
      terminal,
    };
    const options = { upgrade: given.upgrade === true, force: given.force === true };
    return reporting(terminal, () => settleAll([...requiredPlugins.values()], options, context));
  },
};

async function hasErrors({ diagnostics }: LoadedTemplate, terminal: Terminal): Promise<boolean> {
  (await annotatedView(terminal)).show(diagnostics);
  return diagnostics.some(({ severity }) => severity === 'error');
}

function refuseLegacy(terminal: Terminal): number {
  terminal.writeError(
    'Templates in the legacy JSON format require no plugins: they use those that come with bake or are installed beside the template. "bake hcl2_upgrade" writes such a template in HCL.\n',
  );
  return 1;
}

function nothingRequired(terminal: Terminal): number {
  terminal.write(
    'The template requires no plugins: there is no required_plugins in a packer block. Those of HashiCorp come with bake.\n',
  );
  return 0;
}

/** One after the other, because npm changes the same files; a failure leaves the others be. */
async function settleAll(
  required: readonly RequiredPlugin[],
  options: SettleOptions,
  context: InstallContext,
): Promise<number> {
  const project = pluginProject(context.templateFolder);
  const before = project.locked() ?? [];
  const locks: LockedPlugin[] = [];
  let code = 0;
  for (const one of required) {
    const locked = before.find(({ source }) => source === one.source);
    const lock = { current: locked };
    code = Math.max(
      code,
      await reporting(context.terminal, async () => {
        lock.current = await settle(one, project, locked, options, context);
        return 0;
      }),
    );
    if (lock.current !== undefined) locks.push(lock.current);
  }
  await saveLock(context.templateFolder, locks);
  return code;
}

async function settle(
  required: RequiredPlugin,
  project: PluginProject,
  locked: LockedPlugin | undefined,
  options: SettleOptions,
  context: InstallContext,
): Promise<LockedPlugin | undefined> {
  const origin = project.originOf(required.source);
  const { plugin, isNew, lock } = await settlePlugin(required, origin, locked, options, context);
  const how = isNew
    ? 'Installed plugin'
    : origin.kind === 'first-party'
      ? 'Comes with bake:'
      : 'Already there:';
  context.terminal.write(`${how} ${required.source} v${plugin.version} in "${plugin.folder}"\n`);
  return lock;
}
