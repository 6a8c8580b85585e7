import type { Registry } from '@bake/core';
import {
  type ComponentReference,
  describeComponent,
  jsonSchemaOf,
  kindTitles,
  markdownPage,
  type ReferenceKind,
  referenceKinds,
  templateSchema,
} from '@bake/core/reference';
import { suggest } from '@bake/hcl';
import { isFailure } from '@bake/plugin-sdk';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { registryFor } from '../plugin-places.ts';
import type { Terminal } from '../terminal.ts';
import { componentList, referenceText } from '../views/reference-text.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';

const formats = ['text', 'markdown', 'json-schema'] as const;

const flags = {
  format: {
    kind: 'string',
    oneOf: formats,
    help: 'A page for people, one in Markdown, or a JSON Schema for editors.',
  },
} as const;

/** `bake docs`: what components there are, and what their options mean, read off the installed plugins. */
export const docsCommand: Command = {
  name: 'docs',
  summary: 'Explains a component and its options.',
  operands: '[KIND] [NAME]',
  words: referenceKinds.map(singular),
  flags,
  more: `KIND is one of ${referenceKinds.map(singular).join(', ')}; it is needed where two kinds have a\ncomponent of one name. Without NAME all components are listed, or a JSON Schema is that of whole templates.\n`,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const registry = registryFor(terminal.workingDir, terminal);
    const { kinds, name } = readOperands(operands);
    if (name === undefined && given.format === 'json-schema') {
      return showTemplateSchema(registry, kinds, terminal);
    }
    if (name === undefined) return list(registry, kinds, terminal);
    return show(registry, kinds, name, given.format ?? 'text', terminal);
  },
};

interface Wanted {
  readonly kinds: readonly ReferenceKind[];
  readonly name: string | undefined;
}

function readOperands(operands: readonly string[]): Wanted {
  const [first, second, third] = operands;
  if (third !== undefined) throw new ArgumentError(`"${third}" is one operand too many.`);
  const kind = referenceKinds.find((one) => first === one || first === singular(one));
  if (kind !== undefined) return { kinds: [kind], name: second };
  if (second === undefined) return { kinds: referenceKinds, name: first };
  throw new ArgumentError(
    `"${first}" is no kind of component. There are ${referenceKinds.map(singular).join(', ')}.`,
  );
}

/** `builder` */
function singular(kind: ReferenceKind): string {
  return kind.slice(0, -1);
}

async function list(
  registry: Registry,
  kinds: readonly ReferenceKind[],
  terminal: Terminal,
): Promise<number> {
  const { found, isComplete } = await describeAll(registry, named(registry, kinds), terminal);
  terminal.write(componentList(found));
  return isComplete ? 0 : 1;
}

/** Of whole templates: nothing is cut out of it that some template may need. */
async function showTemplateSchema(
  registry: Registry,
  kinds: readonly ReferenceKind[],
  terminal: Terminal,
): Promise<number> {
  if (kinds.length < referenceKinds.length) {
    throw new ArgumentError('Give the name of a component, or no kind for whole templates.');
  }
  const { found, isComplete } = await describeAll(registry, named(registry, kinds), terminal);
  terminal.writeData(`${JSON.stringify(templateSchema(found), null, 2)}\n`);
  return isComplete ? 0 : 1;
}

async function show(
  registry: Registry,
  kinds: readonly ReferenceKind[],
  name: string,
  format: (typeof formats)[number],
  terminal: Terminal,
): Promise<number> {
  const all = named(registry, kinds);
  const wanted = all.filter((one) => one.name === name);
  if (wanted.length === 0) return unknown(name, all, terminal);
  if (format === 'json-schema' && wanted.length > 1) {
    const choices = wanted.map(
      ({ kind }) => `bake docs -format=json-schema ${singular(kind)} ${name}`,
    );
    throw new ArgumentError(`Several kinds have a component "${name}": ${choices.join(', ')}.`);
  }
  const { found, isComplete } = await describeAll(registry, wanted, terminal);
  const theme = await chooseTheme(undefined, terminal);
  const render = {
    text: (one: ComponentReference) => referenceText(one, theme),
    markdown: markdownPage,
    'json-schema': (one: ComponentReference) => `${JSON.stringify(jsonSchemaOf(one), null, 2)}\n`,
  }[format];
  terminal.writeData(found.map(render).join('\n'));
  return isComplete ? 0 : 1;
}

interface Named {
  readonly kind: ReferenceKind;
  readonly name: string;
}

function named(registry: Registry, kinds: readonly ReferenceKind[]): readonly Named[] {
  return kinds.flatMap((kind) => registry.names(kind).map((name) => ({ kind, name })));
}

/** One plugin that does not load must not hide the others. */
async function describeAll(
  registry: Registry,
  wanted: readonly Named[],
  terminal: Terminal,
): Promise<{ readonly found: readonly ComponentReference[]; readonly isComplete: boolean }> {
  const found: ComponentReference[] = [];
  for (const { kind, name } of wanted) {
    try {
      found.push(await describeComponent(registry, kind, name));
    } catch (error) {
      if (!isFailure(error)) throw error;
      const advice = error.detail === undefined ? '' : `\n    ${error.detail}`;
      terminal.writeError(`${error.message}${advice}\n`);
    }
  }
  return { found, isComplete: found.length === wanted.length };
}

function unknown(name: string, all: readonly Named[], terminal: Terminal): number {
  const similar = suggest(name, [...new Set(all.map((one) => one.name))]);
  const advice =
    similar === undefined
      ? ' `bake docs` lists those that there are.'
      : ` Did you mean "${similar}"?`;
  const kinds = new Set(all.map(({ kind }) => kind));
  const [only] = kinds;
  const what =
    kinds.size === 1 && only !== undefined ? kindTitles[only].toLowerCase() : 'component';
  terminal.writeError(`There is no ${what} "${name}".${advice}\n`);
  return 1;
}
