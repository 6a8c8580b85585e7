import type { Range, Source } from '@bake/hcl';
import type { Range as LspRange, Position } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

const documents = new WeakMap<Source, TextDocument>();

/** A source's text as lines. Offsets of both are in UTF-16 code units. */
function documentOf(source: Source): TextDocument {
  const known = documents.get(source);
  if (known !== undefined) return known;
  const made = TextDocument.create(source.name, '', 0, source.text);
  documents.set(source, made);
  return made;
}

/** Offset of a position; one past the end of its line gives the end of the line. */
export function offsetAt(source: Source, position: Position): number {
  return documentOf(source).offsetAt(position);
}

/** A range of a source as lines and characters, both from 0. */
export function lspRange({ source, start, end }: Range): LspRange {
  const document = documentOf(source);
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
