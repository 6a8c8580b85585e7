import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CompletionItem,
  createProtocolConnection,
  type Diagnostic,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/** Where our packages are: installed from packed packages (CONTRIBUTING.md), or as they were built here. */
const packages = process.env['BAKE_INSTALLED'] ?? join(import.meta.dirname, '..', '..');

/** The two ways to start the server. */
export const starts = {
  'its own program': [join(packages, 'language-server', 'bin', 'bake-language-server.js')],
  'the bake command': [join(packages, 'cli', 'bin', 'bake.js'), 'language-server'],
} as const;

/** Where `|` stands in a text, and the text without it. */
export function marked(text: string): { readonly text: string; readonly position: Position } {
  const offset = text.indexOf('|');
  const before = text.slice(0, offset);
  const line = before.split('\n').length - 1;
  const character = offset - (before.lastIndexOf('\n') + 1);
  return { text: before + text.slice(offset + 1), position: { line, character } };
}

/** An editor with a folder, and the server at the other end of a pipe. */
export class Editor {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'bake-editor-')));
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  stderr = '';
  readonly #said = new Map<string, PublishDiagnosticsParams>();
  readonly #waiting: (() => void)[] = [];
  readonly #versions = new Map<string, number>();

  constructor(start: readonly string[] = starts['its own program']) {
    const child = spawn(process.execPath, [...start], {
      cwd: this.folder,
      env: { ...process.env, BAKE_PLUGIN_PATH: join(this.folder, 'none') },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      (said: PublishDiagnosticsParams) => {
        this.#said.set(said.uri, said);
        for (const wake of this.#waiting.splice(0)) wake();
      },
    );
    this.connection.listen();
  }

  async initialize(initializationOptions: object = {}): Promise<this> {
    await this.request('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(this.folder).href,
      initializationOptions,
      capabilities: {
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
      },
    });
    await this.connection.sendNotification('initialized', {});
    return this;
  }

  request<Answer>(method: string, params: unknown): Promise<Answer> {
    return this.connection.sendRequest<Answer>(method, params);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  /** Puts a file on the disk that no one has open. */
  save(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  /** Opens a document, which need not be on the disk. */
  async open(name: string, text: string): Promise<void> {
    const uri = this.uri(name);
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    this.#versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'packer', version: 1, text },
    });
  }

  /** Replaces the whole text of a document. */
  async write(name: string, text: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri(name), version: this.#nextVersion(name) },
      contentChanges: [{ text }],
    });
  }

  /** Replaces a stretch of a document. */
  async edit(name: string, start: Position, end: Position, text: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri(name), version: this.#nextVersion(name) },
      contentChanges: [{ range: { start, end }, text }],
    });
  }

  #nextVersion(name: string): number {
    const version = (this.#versions.get(this.uri(name)) ?? 0) + 1;
    this.#versions.set(this.uri(name), version);
    return version;
  }

  /** What is said of the present text of a document. */
  async diagnostics(name: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(name);
    for (;;) {
      const said = this.#said.get(uri);
      if (said?.version === this.#versions.get(uri)) return said?.diagnostics ?? [];
      await this.#change();
    }
  }

  /** What was last said of a file, as soon as it is such. */
  async diagnosticsWhen(
    name: string,
    isSuch: (diagnostics: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> {
    for (;;) {
      const diagnostics = this.#said.get(this.uri(name))?.diagnostics ?? [];
      if (isSuch(diagnostics)) return diagnostics;
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What could be written where `|` stands, in a document that has this text from now on. */
  async completions(name: string, text: string): Promise<readonly CompletionItem[]> {
    const at = marked(text);
    await this.write(name, at.text);
    return this.request<readonly CompletionItem[]>('textDocument/completion', {
      textDocument: { uri: this.uri(name) },
      position: at.position,
    });
  }

  /** Asks something about the place that `|` marks in the present text. */
  async at<Answer>(method: string, name: string, text: string, more: object = {}): Promise<Answer> {
    const { position } = marked(text);
    return this.request<Answer>(`textDocument/${method}`, {
      textDocument: { uri: this.uri(name) },
      position,
      ...more,
    });
  }

  /** Ends the server as an editor does, and gives its exit code. */
  async end(): Promise<number | null> {
    const closed = once(this.process, 'close');
    await this.request('shutdown', null);
    await this.connection.sendNotification('exit');
    const [code] = (await closed) as [number | null];
    this.connection.dispose();
    rmSync(this.folder, { recursive: true });
    return code;
  }
}
