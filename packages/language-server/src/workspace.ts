import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Diagnostic } from '@bake/hcl';
import { messageOf } from '@bake/plugin-sdk';
import type {
  Diagnostic as LspDiagnostic,
  PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { byFile } from './lsp-diagnostics.ts';
import { type FolderSettings, TemplateFolder } from './template-folder.ts';
import { OpenDocuments, pathOf } from './text/open-documents.ts';

/** Sends what there is to say of one file. */
export type Publish = (said: PublishDiagnosticsParams) => Promise<void>;

/** The open documents and the folders that they are in; checks those whose documents change. */
export class Workspace {
  readonly documents: OpenDocuments = new OpenDocuments();
  /** What relative paths in options are taken from; without it, from the template's folder. */
  workingFolder: string | undefined;
  readonly #settings: FolderSettings;
  readonly #publish: Publish;
  readonly #folders = new Map<string, TemplateFolder>();
  /** Folders to be checked, with the document that was edited last. */
  readonly #waiting = new Map<TemplateFolder, string>();
  /** What was last said, by folder and file, as text. */
  readonly #said = new Map<TemplateFolder, Map<string, string>>();
  #checking: Promise<void> | undefined;

  constructor(settings: FolderSettings, publish: Publish) {
    this.#settings = settings;
    this.#publish = publish;
    const { all } = this.documents;
    all.onDidOpen(({ document }) => this.#changed(document.uri, 'forget'));
    all.onDidSave(({ document }) => this.#changed(document.uri, 'forget'));
    all.onDidChangeContent(({ document }) => this.#changed(document.uri, 'edited'));
    all.onDidClose(({ document }) => this.#changed(document.uri, 'edited'));
  }

  /** The folder of a document; `undefined` for one that is no file. */
  folderOf(uri: string): TemplateFolder | undefined {
    const path = pathOf(uri);
    return path === undefined ? undefined : this.folderAt(dirname(path));
  }

  folderAt(path: string): TemplateFolder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const made = new TemplateFolder(path, this.documents, this.#settings);
    this.#folders.set(path, made);
    return made;
  }

  /** Files outside the editor have changed. */
  forget(): void {
    for (const folder of this.#folders.values()) {
      folder.forget();
      const open = [...this.documents.paths].find((path) => dirname(path) === folder.path);
      if (open !== undefined) this.#check(folder, open);
    }
  }

  #changed(uri: string, how: 'edited' | 'forget'): void {
    const path = pathOf(uri);
    if (path === undefined) return;
    const folder = this.folderAt(dirname(path));
    folder[how]();
    this.#check(folder, path);
  }

  #check(folder: TemplateFolder, path: string): void {
    this.#waiting.set(folder, path);
    this.#checking ??= this.#checkAll().finally(() => {
      this.#checking = undefined;
    });
  }

  /** One after the other: the working folder is the process's. */
  async #checkAll(): Promise<void> {
    for (;;) {
      // Edits that have come by now are checked together.
      await setImmediate();
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [folder, path] = next;
      this.#waiting.delete(folder);
      await this.#checkOne(folder, path);
    }
  }

  async #checkOne(folder: TemplateFolder, path: string): Promise<void> {
    const isOpen = [...this.documents.paths].some((one) => dirname(one) === folder.path);
    if (!isOpen) {
      // Nobody looks at it any more. If it is opened again meanwhile, that is another folder, whose turn comes next.
      this.#folders.delete(folder.path);
      await this.#tell(folder, new Map(), path);
      this.#said.delete(folder);
      return;
    }
    moveTo(this.workingFolder ?? folder.path);
    await this.#tell(folder, byFile(await checked(folder), path), path);
  }

  /** Publishes what is new, and something of the document that was edited in any case. */
  async #tell(
    folder: TemplateFolder,
    files: ReadonlyMap<string, readonly LspDiagnostic[]>,
    edited: string,
  ): Promise<void> {
    const before = this.#said.get(folder) ?? new Map<string, string>();
    const now = new Map<string, string>();
    for (const path of new Set([edited, ...before.keys(), ...files.keys()])) {
      const diagnostics = [...(files.get(path) ?? [])];
      const text = JSON.stringify(diagnostics);
      if (diagnostics.length > 0) now.set(path, text);
      if (path !== edited && text === (before.get(path) ?? '[]')) continue;
      const uri = this.documents.uriOf(path);
      const version = this.documents.versionOf(uri);
      await this.#publish({ uri, diagnostics, ...(version !== undefined && { version }) });
    }
    this.#said.set(folder, now);
  }
}

/** A fault of bake or a plugin must not end the server: the next edit may avoid it. */
async function checked(folder: TemplateFolder): Promise<readonly Diagnostic[]> {
  try {
    return await folder.check();
  } catch (error) {
    console.error(error);
    const detail = `${messageOf(error)} This is a bug in bake or a plugin; the output of the server shows where.`;
    const summary = 'This template could not be checked';
    return [{ severity: 'warning', code: 'check-failed', summary, detail }];
  }
}

/** A folder that is gone holds no files anyway. */
function moveTo(folder: string): void {
  try {
    process.chdir(folder);
  } catch {}
}
