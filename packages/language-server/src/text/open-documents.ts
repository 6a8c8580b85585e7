import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OpenFiles } from '@bake/core';
import type { Source } from '@bake/hcl';
import { TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** The documents that the editor has open. Those that are files are there for the engine, too. */
export class OpenDocuments implements OpenFiles {
  readonly all: TextDocuments<TextDocument> = new TextDocuments(TextDocument);
  /** By path. */
  readonly #uris = new Map<string, string>();
  readonly #sources = new WeakMap<TextDocument, { version: number; source: Source }>();

  constructor() {
    this.all.onDidOpen(({ document }) => {
      const path = pathOf(document.uri);
      if (path !== undefined) this.#uris.set(path, document.uri);
    });
    this.all.onDidClose(({ document }) => {
      const path = pathOf(document.uri);
      if (path !== undefined) this.#uris.delete(path);
    });
  }

  get paths(): Iterable<string> {
    return this.#uris.keys();
  }

  sourceOf(path: string): Source | undefined {
    const uri = this.#uris.get(path);
    const document = uri === undefined ? undefined : this.all.get(uri);
    return document && this.#source(document, path);
  }

  /** The text of any open document, whether it is a file or not. */
  sourceAt(uri: string): Source | undefined {
    const document = this.all.get(uri);
    return document && this.#source(document, pathOf(uri) ?? uri);
  }

  /** What the editor calls a file. */
  uriOf(path: string): string {
    return this.#uris.get(path) ?? pathToFileURL(path).href;
  }

  /** The version of a document that is open. */
  versionOf(uri: string): number | undefined {
    return this.all.get(uri)?.version;
  }

  #source(document: TextDocument, name: string): Source {
    const known = this.#sources.get(document);
    if (known?.version === document.version) return known.source;
    const source = { name, text: document.getText() };
    this.#sources.set(document, { version: document.version, source });
    return source;
  }
}

/** The path of a file; `undefined` for what is none, such as a text that has no name yet. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
