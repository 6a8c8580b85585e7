import type { OptionReference } from '@bake/core/reference';
import { type HclFunction, standardFunctions, variableDefaultFunctions } from '@bake/hcl';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { callText, functionPage } from '../language/markdown.ts';
import type { BlockStep, Place } from '../syntax/place.ts';
import type { TemplateFolder } from '../template-folder.ts';
import { type Candidate, fixed } from './candidate.ts';
import { sources } from './labels.ts';
import { membersOf, rootsAt } from './members.ts';

type ValuePlace = Extract<Place, { kind: 'value' }>;
type TextPlace = Extract<Place, { kind: 'text' }>;

/** What an expression may go on with. */
export async function valuesFor(
  { chain, blocks, argument }: ValuePlace,
  option: OptionReference | undefined,
  folder: TemplateFolder,
): Promise<readonly Candidate[]> {
  if (chain === undefined) return [];
  if (chain.length > 0) return membersOf(chain, blocks, folder);
  if (option?.type === 'type') return types;
  // The default of a variable refers to nothing.
  const isDefault = isIn(blocks, 'variable') && argument === 'default';
  const functions = isDefault ? variableDefaultFunctions : standardFunctions;
  return [
    ...choicesOf(option, folder).map((choice) => fixed(`"${choice}"`)),
    ...(option?.type === 'bool' ? ['true', 'false'].map(fixed) : []),
    ...(isDefault ? [] : rootsAt(blocks)),
    ...functions.names().flatMap((name) => functionCandidate(functions.get(name))),
  ];
}

/** What may stand in a text: one of the choices, or the name of a source. */
export function textsFor(
  { blocks, argument }: TextPlace,
  option: OptionReference | undefined,
  folder: TemplateFolder,
): readonly Candidate[] {
  if (isIn(blocks, 'build')) {
    if (argument === 'sources') return sources(folder, 'source.');
    if (argument === 'only' || argument === 'except') return sources(folder, '');
  }
  return choicesOf(option, folder).map(fixed);
}

function choicesOf(
  option: OptionReference | undefined,
  { registry }: TemplateFolder,
): readonly string[] {
  if (option?.choices !== undefined) return option.choices;
  return option?.name === 'communicator' ? registry.names('communicators') : [];
}

function isIn(blocks: readonly BlockStep[], type: string): boolean {
  return blocks[0]?.type === type;
}

function functionCandidate(called: HclFunction | undefined): readonly Candidate[] {
  if (called === undefined) return [];
  return [
    {
      label: called.name,
      kind: CompletionItemKind.Function,
      detail: callText(called),
      doc: functionPage(called),
      snippet: `${called.name}($0)`,
      rank: 2,
    },
  ];
}

const types: readonly Candidate[] = [
  ...['string', 'number', 'bool', 'any'].map(fixed),
  ...['list', 'set', 'map'].map((name) => ({ ...fixed(name), snippet: `${name}(\${1:string})` })),
  { ...fixed('object'), snippet: 'object({\n  $0\n})' },
  { ...fixed('tuple'), snippet: 'tuple([$0])' },
];
