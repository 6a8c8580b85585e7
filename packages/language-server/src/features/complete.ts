import { markdownPage, type ReferenceKind } from '@bake/core/reference';
import {
  type CompletionItem,
  CompletionItemTag,
  InsertTextFormat,
  type Range as LspRange,
} from 'vscode-languageserver/node';
import type { Candidate } from '../completion/candidate.ts';
import { itemsOf } from '../completion/items.ts';
import { labelsFor } from '../completion/labels.ts';
import { textsFor, valuesFor } from '../completion/values.ts';
import { bodyIn, type Describe } from '../language/body.ts';
import { nodesAt } from '../syntax/nodes-at.ts';
import { type Place, placeAt } from '../syntax/place.ts';
import type { TemplateFolder } from '../template-folder.ts';
import { lspRange } from '../text/positions.ts';
import { fileOf, upToHere, type View } from '../view.ts';

/** Everything that could be written at the place. Snippets only for editors that know them. */
export async function complete(view: View, knowsSnippets: boolean): Promise<CompletionItem[]> {
  const { source, offset } = view;
  if (source.name.endsWith('.json')) return [];
  const place = placeAt(source, offset);
  if (place === undefined) return [];
  const range = lspRange(upToHere(view, place.word.start));
  const candidates = /\.pkrvars\.hcl$/.test(source.name)
    ? assignable(place, view)
    : await candidatesAt(place, view);
  return candidates.map((one) => ({
    ...itemOf(one, range, knowsSnippets),
    ...(one.component && { data: { ...one.component, folder: view.folder.path } }),
  }));
}

/** In a variable file: the variables that there are. */
function assignable(place: Place, { folder }: View): readonly Candidate[] {
  if (place.kind !== 'item' || place.blocks.length > 0) return [];
  const options = [...folder.loaded.value.variables.values()].map((variable) => ({
    name: variable.name,
    type: variable.type.kind,
    doc: variable.description ?? '',
    isRequired: variable.default === undefined,
    isSecret: variable.sensitive,
  }));
  return itemsOf({ options, blocks: [] }, new Set(), true);
}

async function candidatesAt(place: Place, view: View): Promise<readonly Candidate[]> {
  const { folder } = view;
  const describe: Describe = (kind, name) => folder.describe(kind, name);
  const body = await bodyIn(place.blocks, describe);
  if (place.kind === 'value' || place.kind === 'text') {
    const option = body?.options.find(({ name }) => name === place.argument);
    return place.kind === 'text'
      ? textsFor(place, option, folder)
      : valuesFor(place, option, folder);
  }
  if (body === undefined) return [];
  if (place.kind === 'label') return labelsFor(place.type, place.labels, body, folder);
  return itemsOf(body, presentAt(view, place.word.text), place.blocks.length === 0);
}

/** Arguments that the body around the place has already, other than the one that is being typed. */
function presentAt(view: View, typed: string): ReadonlySet<string> {
  const body = nodesAt(fileOf(view), view.offset).findLast(({ kind }) => kind === 'body');
  const items = body?.kind === 'body' ? body.items : [];
  const names = items.flatMap((item) => (item.kind === 'attribute' ? item.name.name : []));
  return new Set(names.filter((name) => name !== typed));
}

function itemOf(candidate: Candidate, range: LspRange, knowsSnippets: boolean): CompletionItem {
  const { label, kind, detail, doc, snippet, rank = 1, isDeprecated } = candidate;
  const isSnippet = knowsSnippets && snippet !== undefined;
  return {
    label,
    kind,
    sortText: `${rank}${label}`,
    filterText: label,
    textEdit: { range, newText: isSnippet ? snippet : label },
    ...(isSnippet && { insertTextFormat: InsertTextFormat.Snippet }),
    ...(detail && { detail }),
    ...(doc && { documentation: { kind: 'markdown', value: doc } }),
    ...(isDeprecated && { tags: [CompletionItemTag.Deprecated] }),
  };
}

/** What an item that names a component remembers. */
interface Named {
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly folder: string;
}

/** Adds the reference page of the component that an item names. */
export async function resolveItem(
  item: CompletionItem,
  folderAt: (path: string) => TemplateFolder,
): Promise<CompletionItem> {
  const named = item.data as Named | undefined;
  if (named === undefined) return item;
  const component = await folderAt(named.folder).describe(named.kind, named.name);
  if (component === undefined) return item;
  return { ...item, documentation: { kind: 'markdown', value: markdownPage(component) } };
}
