import type { BlockReference, OptionReference } from '@bake/core/reference';
import { optionText } from '@bake/core/reference';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { type Body, dynamicBlock } from '../language/body.ts';
import { optionFacts } from '../language/markdown.ts';
import type { Candidate } from './candidate.ts';

/** What may begin in a body: its arguments, but those that are `present`, and blocks. */
export function itemsOf(
  { options, blocks }: Body,
  present: ReadonlySet<string>,
  isFile: boolean,
): readonly Candidate[] {
  const own = options.filter(
    ({ name, type, notYet }) => notYet === undefined && (type === 'blocks' || !present.has(name)),
  );
  // At the top of a file nothing is made dynamically, and in a body without blocks there is nothing to make.
  const hasBlocks = blocks.length > 0 || options.some(isBlock);
  return [
    ...own.map(optionItem),
    ...blocks.map(blockItem),
    ...(hasBlocks && !isFile ? [{ ...blockItem(dynamicBlock), rank: 3 }] : []),
  ];
}

function isBlock({ type }: OptionReference): boolean {
  return type === 'block' || type === 'blocks';
}

function optionItem(option: OptionReference): Candidate {
  const { name, isRequired, deprecated } = option;
  return {
    label: name,
    kind: isBlock(option) ? CompletionItemKind.Struct : CompletionItemKind.Property,
    detail: optionFacts(option),
    doc: optionText(option),
    snippet: isBlock(option) ? `${name} {\n  $0\n}` : `${name} = ${valueSnippet(option)}`,
    rank: isRequired ? 0 : 1,
    isDeprecated: deprecated !== undefined,
  };
}

function valueSnippet({ type, choices }: OptionReference): string {
  if (choices !== undefined || type === 'string' || type === 'duration') return '"$0"';
  if (type.startsWith('list(')) return type === 'list(string)' ? '["$0"]' : '[$0]';
  return type.startsWith('map(') || type === 'object' ? '{\n  $0\n}' : '$0';
}

function blockItem({ name, doc, labels }: BlockReference): Candidate {
  const places = labels.map((label, index) => `"\${${index + 1}:${label}}"`);
  const header = [name, ...places].join(' ');
  return { label: name, kind: CompletionItemKind.Class, doc, snippet: `${header} {\n  $0\n}` };
}
