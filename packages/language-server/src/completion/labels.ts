import type { ReferenceKind } from '@bake/core/reference';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { type Body, blockOf } from '../language/body.ts';
import type { TemplateFolder } from '../template-folder.ts';
import { type Candidate, word } from './candidate.ts';

/** What the next label of a block may be. */
export function labelsFor(
  type: string,
  before: readonly string[],
  body: Body,
  folder: TemplateFolder,
): readonly Candidate[] {
  if (before.length > 0) return [];
  if (type === 'dynamic') return madeBlocks(body);
  const block = blockOf(body, { type, labels: before });
  if (block === undefined) return [];
  if (block.component !== undefined) return components(block.component, folder);
  return block.name === 'source' ? sources(folder, 'source.') : [];
}

function components(kind: ReferenceKind, { registry }: TemplateFolder): readonly Candidate[] {
  return registry.names(kind).map((name) => {
    const plugin = registry.plugins.find(({ manifest }) =>
      Object.hasOwn(manifest[kind] ?? {}, name),
    );
    return {
      label: name,
      kind: CompletionItemKind.Module,
      component: { kind, name },
      ...(plugin && { detail: plugin.name }),
    };
  });
}

/** The sources of the template, as builds name them. */
export function sources({ loaded }: TemplateFolder, prefix: string): readonly Candidate[] {
  return [...loaded.value.sources.keys()].map((key) =>
    word(`${prefix}${key}`, CompletionItemKind.Reference),
  );
}

function madeBlocks({ options, blocks }: Body): readonly Candidate[] {
  const own = options.filter(({ type }) => type === 'block' || type === 'blocks');
  return [...own, ...blocks].map(({ name, doc }) => word(name, CompletionItemKind.Class, doc));
}
