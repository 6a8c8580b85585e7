import { isAbsolute, resolve } from 'node:path';
import { type FoundPlugin, load, pluginProject } from '@bake/core';
import { fits, isFirstParty, parseConstraints } from '@bake/core/plugins';
import { Failure } from '@bake/plugin-sdk';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { removePlugin } from '../install/install-plugin.ts';
import { registrySource, tarballSource } from '../install/package-source.ts';
import { pluginHome } from '../install/plugin-home.ts';
import { settlePlugin } from '../install/settle-plugin.ts';
import { registryFor } from '../plugin-places.ts';
import type { Terminal } from '../terminal.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { reporting } from './reporting.ts';

const flags = {
  force: { kind: 'bool', help: 'With install: install again what is installed.' },
  from: {
    kind: 'string',
    value: 'folder',
    help: 'With install: take packages from a folder of files that "npm pack" wrote.',
  },
} as const;

const actions = ['installed', 'install', 'remove', 'required'] as const;
type Action = (typeof actions)[number];

/** `bake plugins`: what plugins there are, and how they come and go. */
export const pluginsCommand: Command = {
  name: 'plugins',
  summary: 'Lists, installs and removes plugins.',
  operands: '',
  words: actions,
  flags,
  more: `Actions, the options after them:\n
  installed                       Prints the folder of every plugin that does not come with bake.
  install SOURCE [CONSTRAINT]     Installs the newest version that fulfils the constraint.
  remove SOURCE [CONSTRAINT]      Removes it, if its version fulfils the constraint; or give its folder.
  required PATH                   Prints what a template requires: name, source, version, where it is.
`,
  async run(argv, terminal) {
    const [action, ...rest] = argv;
    const { flags: given, operands } = parseFlags(rest, flags);
    const [first, second] = operands;
    switch (actions.find((one) => one === action)) {
      case 'installed':
        return installed(terminal);
      case 'install':
        return reporting(terminal, () =>
          install(needed(first, 'install'), second ?? '', given, terminal),
        );
      case 'remove':
        return reporting(terminal, () => remove(needed(first, 'remove'), second, terminal));
      case 'required':
        return required(needed(first, 'required'), terminal);
      default:
        throw new ArgumentError(
          action === undefined
            ? `Say what to do: ${actions.join(', ')}.`
            : `"${action}" is none of ${actions.join(', ')}.`,
        );
    }
  },
};

function needed(operand: string | undefined, action: Action): string {
  if (operand !== undefined) return operand;
  const what =
    action === 'required' ? 'the path of a template' : 'a source, such as npm/bake-plugin-foo';
  throw new ArgumentError(`"bake plugins ${action}" wants ${what}.`);
}

function thirdParty(terminal: Terminal): readonly FoundPlugin[] {
  const { plugins } = registryFor(terminal.workingDir, terminal);
  return plugins.filter(({ name }) => !isFirstParty(name));
}

function installed(terminal: Terminal): number {
  for (const { folder } of thirdParty(terminal)) terminal.writeData(`${folder}\n`);
  return 0;
}

async function install(
  source: string,
  constraint: string,
  { force, from }: { readonly force: boolean | undefined; readonly from: string | undefined },
  terminal: Terminal,
): Promise<number> {
  checkConstraint(constraint);
  const templateFolder = terminal.workingDir;
  const home = pluginHome(templateFolder, terminal.environment);
  const { plugin, isNew } = await settlePlugin(
    { source, version: constraint },
    pluginProject(templateFolder).originOf(source),
    undefined,
    { upgrade: true, force: force === true },
    {
      packages: from === undefined ? registrySource(home, terminal.signal) : tarballSource(from),
      home,
      templateFolder,
      terminal,
    },
  );
  terminal.write(
    `${isNew ? 'Installed plugin' : 'Already there:'} ${source} v${plugin.version} in "${plugin.folder}"\n`,
  );
  return 0;
}

async function remove(
  wanted: string,
  constraint: string | undefined,
  terminal: Terminal,
): Promise<number> {
  checkConstraint(constraint ?? '');
  const plugin = findWanted(wanted, terminal);
  if (constraint !== undefined && !fits(plugin.version, constraint)) {
    throw new Failure({
      summary: `${plugin.name} is installed in version ${plugin.version}, which is not ${constraint}`,
      detail: 'It was left alone. Leave the constraint out to remove it.',
    });
  }
  await removePlugin(plugin, terminal.signal);
  terminal.write(`${plugin.folder}\n`);
  return 0;
}

function findWanted(wanted: string, terminal: Terminal): FoundPlugin {
  const all = thirdParty(terminal);
  const origin = isAbsolute(wanted)
    ? undefined
    : pluginProject(terminal.workingDir).originOf(wanted);
  if (origin?.kind === 'first-party') {
    throw new Failure({
      summary: `The plugin "${wanted}" comes with bake`,
      detail: 'It stays as long as bake does. What no template uses is never loaded.',
    });
  }
  const found = all.find(({ name, folder }) =>
    origin === undefined
      ? folder === resolve(wanted)
      : origin.kind === 'npm' && name === origin.package,
  );
  if (found !== undefined) return found;
  throw new Failure({
    summary: `No plugin "${wanted}" is installed`,
    detail: '"bake plugins installed" lists those that are.',
  });
}

function checkConstraint(text: string): void {
  if (text === '' || parseConstraints(text) !== undefined) return;
  throw new ArgumentError(`"${text}" is no version constraint. Write one such as ">= 1.0, < 2.0".`);
}

async function required(path: string, terminal: Terminal): Promise<number> {
  const { value: template, diagnostics } = load(path);
  diagnosticsView(terminal, await chooseTheme(undefined, terminal)).show(diagnostics);
  if (diagnostics.some(({ severity }) => severity === 'error')) return 1;
  const { plugins, project } = registryFor(template.root, terminal);
  return reporting(terminal, async () => {
    for (const { name, source, version } of template.requiredPlugins.values()) {
      const origin = project.originOf(source);
      const found = plugins.find((one) => origin.kind !== 'unknown' && one.name === origin.package);
      const place = found === undefined ? '' : ` ${found.folder}`;
      terminal.writeData(`${name} ${source} "${version}"${place}\n`);
    }
    return 0;
  });
}
