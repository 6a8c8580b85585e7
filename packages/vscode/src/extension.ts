// biome-ignore lint/correctness/noUndeclaredDependencies: it is VS Code itself.
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { serverProgram } from './server-program.ts';

let client: LanguageClient | undefined;
/** Resolves when the last start or stop is done: a client refuses to be stopped while it starts. */
let settled: Promise<void> = Promise.resolve();

/** VS Code calls it when the first template is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  const restart = (): Promise<void> =>
    inTurn(async () => {
      await stop();
      await start();
    });
  context.subscriptions.push(
    commands.registerCommand('bake.restart', restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('bake')) void restart();
    }),
  );
  await inTurn(start);
}

/** VS Code calls it when it ends. */
export function deactivate(): Promise<void> {
  return inTurn(stop);
}

function inTurn(act: () => Promise<void>): Promise<void> {
  settled = settled.then(act, act);
  return settled;
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function start(): Promise<void> {
  const settings = workspace.getConfiguration('bake');
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const { command, args, options } = serverProgram(
    settings.get('path', ''),
    folders,
    process.platform,
  );
  const made = new LanguageClient(
    'bake',
    'bake',
    { command, args: [...args], options },
    {
      initializationOptions: { workingDirectory: settings.get('workingDirectory') },
      documentSelector: [
        { scheme: 'file', language: 'packer' },
        { scheme: 'file', pattern: '**/*.pkr.json' },
      ],
    },
  );
  try {
    await made.start();
    client = made;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const advice = 'Install bake (npm install -g @bake/cli), or set "bake.path".';
    void window.showErrorMessage(`${command} could not be started: ${why} ${advice}`);
  }
}
