import type { RootValues } from '@bake/core';
import { typeText, type Value } from '@bake/hcl';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { optionFacts, valueText } from '../language/markdown.ts';
import { roots } from '../language/roots.ts';
import type { BlockStep } from '../syntax/place.ts';
import type { TemplateFolder } from '../template-folder.ts';
import { type Candidate, word } from './candidate.ts';

/** Names that an expression in these blocks may begin with. */
export function rootsAt(blocks: readonly BlockStep[]): readonly Candidate[] {
  const isBuild = blocks[0]?.type === 'build';
  const names = [
    ['var', 'The variables of the template.'],
    ['local', 'The locals of the template.'],
    ['data', 'What data sources give.'],
    ['path', roots['path']?.doc],
    ['packer', roots['packer']?.doc],
    ...(isBuild ? [['build', roots['build']?.doc]] : []),
    ...(isBuild || blocks[0]?.type === 'source' ? [['source', roots['source']?.doc]] : []),
    ...iteratorsIn(blocks).map((name) => [name, 'The element that the block is made of.']),
  ];
  return names.map(([name = '', doc]) => word(name, CompletionItemKind.Variable, doc));
}

/** `dynamic` blocks name their elements after the blocks that they make. */
function iteratorsIn(blocks: readonly BlockStep[]): readonly string[] {
  return blocks.flatMap(({ type, labels }) => (type === 'dynamic' ? labels.slice(0, 1) : []));
}

/** What may follow names and a dot: `var.`, `data.http.`, `local.tags.`. */
export async function membersOf(
  chain: readonly string[],
  blocks: readonly BlockStep[],
  folder: TemplateFolder,
): Promise<readonly Candidate[]> {
  const [root = '', ...names] = chain;
  if (iteratorsIn(blocks).includes(root)) {
    return names.length > 0
      ? []
      : ['key', 'value'].map((name) => word(name, CompletionItemKind.Field));
  }
  switch (root) {
    case 'var':
      return names.length === 0 ? variables(folder) : inValue(folder.values?.variables, names);
    case 'local':
      return names.length === 0 ? locals(folder) : inValue(folder.values?.locals, names);
    case 'data':
      return dataMembers(names, folder);
    case 'build':
      return names.length === 0 ? buildMembers(folder) : [];
    default:
      return names.length === 0 ? rootMembers(root) : [];
  }
}

function variables({ loaded, values }: TemplateFolder): readonly Candidate[] {
  return [...loaded.value.variables.values()].map(
    ({ name, type, description, default: initial }) => {
      const value = values?.variables.get(name);
      const shown = value && initial !== undefined ? valueText(value) : undefined;
      return {
        label: name,
        kind: CompletionItemKind.Variable,
        detail: [typeText(type), shown].filter(Boolean).join(' = '),
        ...(description !== undefined && { doc: description }),
      };
    },
  );
}

function locals({ loaded, values }: TemplateFolder): readonly Candidate[] {
  return [...loaded.value.locals.keys()].map((name) =>
    valueCandidate(name, values?.locals.get(name)),
  );
}

function valueCandidate(name: string, value: Value | undefined): Candidate {
  const detail = value && valueText(value);
  return {
    label: name,
    kind: CompletionItemKind.Constant,
    ...(detail !== undefined && { detail }),
  };
}

/** Entries of the value that the names lead to. */
function inValue(
  entries: RootValues['variables'] | undefined,
  [name = '', ...rest]: readonly string[],
): readonly Candidate[] {
  const value = entries?.get(name);
  if (value?.kind !== 'object' && value?.kind !== 'map') return [];
  if (rest.length > 0) return inValue(value.entries, rest);
  if (value.sensitive)
    return [...value.entries.keys()].map((key) => valueCandidate(key, undefined));
  return [...value.entries].map(([key, entry]) => valueCandidate(key, entry));
}

async function dataMembers(
  [type, name, ...rest]: readonly string[],
  folder: TemplateFolder,
): Promise<readonly Candidate[]> {
  const declared = [...folder.loaded.value.data.values()];
  if (type === undefined) {
    const types = new Set(declared.map((one) => one.type));
    return [...types].map((one) => word(one, CompletionItemKind.Module));
  }
  if (name === undefined) {
    return declared
      .filter((one) => one.type === type)
      .map((one) => word(one.name, CompletionItemKind.Variable));
  }
  if (rest.length > 0) return [];
  const component = await folder.describe('data-sources', type);
  return (component?.result ?? []).map((field) => ({
    label: field.name,
    kind: CompletionItemKind.Field,
    detail: optionFacts(field),
    doc: field.doc,
  }));
}

/** What every builder gives, and what those of the template give beside that. */
async function buildMembers(folder: TemplateFolder): Promise<readonly Candidate[]> {
  const types = new Set([...folder.loaded.value.sources.values()].map(({ type }) => type));
  const builders = await Promise.all([...types].map((type) => folder.describe('builders', type)));
  const further = new Set(builders.flatMap((builder) => builder?.provides ?? []));
  return [
    ...rootMembers('build'),
    ...[...further].map((name) => word(name, CompletionItemKind.Field, 'What the builder gives.')),
  ];
}

function rootMembers(name: string): readonly Candidate[] {
  const root = Object.hasOwn(roots, name) ? roots[name] : undefined;
  return Object.entries(root?.names ?? {}).map(([member, doc]) =>
    word(member, CompletionItemKind.Field, doc),
  );
}
