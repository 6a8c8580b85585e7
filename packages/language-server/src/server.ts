import {
  type ClientCapabilities,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { complete, resolveItem } from './features/complete.ts';
import { format } from './features/format.ts';
import { hover } from './features/hover.ts';
import { definition, references, rename, renamed } from './features/navigation.ts';
import { symbols } from './features/symbols.ts';
import type { FolderSettings } from './template-folder.ts';
import { parsedSource } from './text/config-file.ts';
import { pathOf } from './text/open-documents.ts';
import { offsetAt } from './text/positions.ts';
import type { View } from './view.ts';
import { Workspace } from './workspace.ts';

/** What the server runs with. */
export interface ServerSettings extends FolderSettings {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Speaks the Language Server Protocol on the streams, until the editor says so or is gone: then the process ends.
 */
export function serve(settings: ServerSettings): void {
  // What a plugin prints would be taken for a message.
  console.log = console.error;
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(settings.input),
    new StreamMessageWriter(settings.output),
  );
  const workspace = new Workspace(settings, (said) => connection.sendDiagnostics(said));
  let client: ClientCapabilities = {};
  connection.onInitialize((params) => {
    client = params.capabilities;
    workspace.workingFolder = workingFolderOf(params);
    return capabilities;
  });
  connection.onInitialized(() => watchFiles(connection, client));
  connection.onDidChangeWatchedFiles(() => workspace.forget());
  answerRequests(connection, workspace, () => client);
  workspace.documents.all.listen(connection);
  connection.listen();
}

/** What relative paths are taken from, if not from the folder of each template. */
function workingFolderOf(params: InitializeParams): string | undefined {
  const given = params.initializationOptions as { workingDirectory?: unknown } | null | undefined;
  const root = params.workspaceFolders?.[0]?.uri ?? params.rootUri;
  return given?.workingDirectory === 'workspace' && root ? pathOf(root) : undefined;
}

const capabilities: InitializeResult = {
  serverInfo: { name: 'bake' },
  capabilities: {
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      save: { includeText: false },
    },
    completionProvider: { triggerCharacters: ['.', '"', '{'], resolveProvider: true },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentFormattingProvider: true,
    documentSymbolProvider: true,
  },
};

/** Files that are changed by others: templates and variables, and what says which plugins there are. */
const watched = ['**/*.pkr.{hcl,json}', '**/*.pkrvars.{hcl,json}', '**/{bake.json,.bake.lock.hcl}'];

async function watchFiles(connection: Connection, client: ClientCapabilities): Promise<void> {
  if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
  const watchers = watched.map((globPattern) => ({ globPattern }));
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
}

function answerRequests(
  connection: Connection,
  workspace: Workspace,
  client: () => ClientCapabilities,
): void {
  const viewOf = ({ textDocument, position }: TextDocumentPositionParams): View | undefined => {
    const source = workspace.documents.sourceAt(textDocument.uri);
    const folder = workspace.folderOf(textDocument.uri);
    if (source === undefined || folder === undefined) return undefined;
    return { folder, documents: workspace.documents, source, offset: offsetAt(source, position) };
  };
  const at = <Params extends TextDocumentPositionParams, Answer>(
    answer: (view: View, params: Params) => Answer,
  ): ((params: Params) => Answer | null) => {
    return (params) => {
      const view = viewOf(params);
      return view === undefined ? null : answer(view, params);
    };
  };
  const knowsSnippets = (): boolean =>
    client().textDocument?.completion?.completionItem?.snippetSupport === true;
  connection.onCompletion(at((view) => complete(view, knowsSnippets())));
  connection.onCompletionResolve((item) => resolveItem(item, (path) => workspace.folderAt(path)));
  connection.onHover(at(async (view) => (await hover(view)) ?? null));
  connection.onDefinition(at((view) => [...definition(view)]));
  connection.onReferences(
    at((view, { context }) => [...references(view, context.includeDeclaration)]),
  );
  connection.onPrepareRename(at(renamed));
  connection.onRenameRequest(at((view, { newName }) => rename(view, newName)));
  connection.onDocumentFormatting(({ textDocument }) => {
    const source = workspace.documents.sourceAt(textDocument.uri);
    return source === undefined ? [] : [...format(source)];
  });
  connection.onDocumentSymbol(({ textDocument }) => {
    const source = workspace.documents.sourceAt(textDocument.uri);
    return source === undefined ? [] : symbols(parsedSource(source).value);
  });
}
