// biome-ignore lint/correctness/noUndeclaredDependencies: it is VS Code itself.
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { serverProgram } from './server-program.ts';

let client: LanguageClient | undefined;

/** VS Code calls it when the first template is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  const restart = async (): Promise<void> => {
    await client?.stop();
    await start();
  };
  context.subscriptions.push(
    commands.registerCommand('bake.restart', restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('bake')) void restart();
    }),
  );
  await start();
}

/** VS Code calls it when it ends. */
export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(): Promise<void> {
  const settings = workspace.getConfiguration('bake');
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const { command, args, options } = serverProgram(
    settings.get('path', ''),
    folders,
    process.platform,
  );
  client = new LanguageClient(
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
    await client.start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const advice = 'Install bake (npm install -g @bake/cli), or set "bake.path".';
    void window.showErrorMessage(`${command} could not be started: ${why} ${advice}`);
  }
}
