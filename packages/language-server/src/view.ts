import { type ConfigFile, type Range, rangeOf, type Source } from '@bake/hcl';
import type { Location } from 'vscode-languageserver/node';
import { type Occurrence, occurrenceAt, occurrencesIn } from './language/names.ts';
import type { TemplateFolder } from './template-folder.ts';
import { configFile, parsedSource } from './text/config-file.ts';
import type { OpenDocuments } from './text/open-documents.ts';
import { lspRange } from './text/positions.ts';

/** A place in a document, with the template that the document is part of, as they are when a request comes. */
export interface View {
  readonly folder: TemplateFolder;
  readonly documents: OpenDocuments;
  readonly source: Source;
  /** In UTF-16 code units. */
  readonly offset: number;
}

/** The document as a tree. */
export function fileOf({ source }: View): ConfigFile {
  return parsedSource(source).value;
}

/** Every file in which names of the template stand: its own and those with values of variables. */
export function filesOf({ folder, documents }: View): readonly ConfigFile[] {
  const variables = folder.variableFiles.flatMap((path) => configFile(path, documents) ?? []);
  return [...folder.loaded.value.files, ...variables];
}

/** All names in all files, and the one at the place. */
export function namesOf(view: View): {
  readonly all: readonly Occurrence[];
  readonly here: Occurrence | undefined;
} {
  const all = occurrencesIn(filesOf(view));
  return { all, here: occurrenceAt(all, view.source.name, view.offset) };
}

/** A range as the editor knows it. */
export function locationOf(range: Range, { documents }: View): Location {
  return { uri: documents.uriOf(range.source.name), range: lspRange(range) };
}

/** What stands before the place, from an offset on, as a range. */
export function upToHere({ source, offset }: View, start: number): Range {
  return rangeOf(source, start, offset);
}
