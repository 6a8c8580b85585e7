import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from '@jest/globals';
import { Workspace } from '../src/workspace.ts';

test('a folder that is opened again while it is being closed is as good as new', async () => {
  const start = process.cwd();
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'bake-workspace-')));
  try {
    writeFileSync(join(path, 'b.pkr.hcl'), 'locals {\n  b = local.a\n}\n');
    const editor = new FakeEditor(path);
    editor.open('a.pkr.hcl', 'locals {\n}\n');
    await editor.hears('b.pkr.hcl', 1);
    // Told that nothing more is said of the one, it opens it again, before it is told so of the other.
    const opened = new Promise<void>((resolve) => {
      editor.onTold = () => {
        editor.onTold = () => undefined;
        editor.open('a.pkr.hcl', 'locals {\n}\n');
        resolve();
      };
    });
    editor.close('a.pkr.hcl');
    await opened;
    await editor.hears('b.pkr.hcl', 0);
    await editor.hears('b.pkr.hcl', 1);
    editor.write('a.pkr.hcl', 'locals {\n  a = 1\n}\n');
    await editor.hears('b.pkr.hcl', 0);
  } finally {
    process.chdir(start);
    rmSync(path, { recursive: true });
  }
});

/** What an editor sends and hears, without a wire between. */
class FakeEditor {
  onTold: () => void = () => undefined;
  readonly #folder: string;
  readonly #handlers = new Map<string, (params: object) => void>();
  /** How many diagnostics there are of each file, and who waits for a change. */
  readonly #said = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    const places = { userFolders: [], firstParty: folder };
    const settings = {
      environment: {},
      placesOf: (templateFolder: string) => ({ ...places, templateFolder }),
    };
    const workspace = new Workspace(settings, async ({ uri, diagnostics }) => {
      this.#said.set(basename(uri), diagnostics.length);
      for (const wake of this.#waiting.splice(0)) wake();
      this.onTold();
      await new Promise(setImmediate);
    });
    const connection = new Proxy(this.#handlers, {
      get: (handlers, name) => (handler: (params: object) => void) => {
        handlers.set(String(name), handler);
        return { dispose: () => undefined };
      },
    });
    workspace.documents.all.listen(connection as never);
  }

  open(name: string, text: string): void {
    const textDocument = { uri: this.#uri(name), languageId: 'packer', version: 1, text };
    this.#handlers.get('onDidOpenTextDocument')?.({ textDocument });
  }

  write(name: string, text: string): void {
    const textDocument = { uri: this.#uri(name), version: 2 };
    this.#handlers.get('onDidChangeTextDocument')?.({ textDocument, contentChanges: [{ text }] });
  }

  close(name: string): void {
    this.#handlers.get('onDidCloseTextDocument')?.({ textDocument: { uri: this.#uri(name) } });
  }

  /** Resolves when there are so many diagnostics of a file. */
  async hears(name: string, count: number): Promise<void> {
    while (this.#said.get(name) !== count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #uri(name: string): string {
    return pathToFileURL(join(this.#folder, name)).href;
  }
}
