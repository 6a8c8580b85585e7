import { expect, jest, test } from '@jest/globals';

// Neither VS Code nor its client, which only runs inside of it, can be had here.
const settings = new Map([['path', 'missing']]);
const commands = new Map<string, () => Promise<void>>();
const told: string[] = [];
let onChange: (change: { affectsConfiguration(): boolean }) => void = () => undefined;
jest.unstable_mockModule(
  'vscode',
  () => ({
    commands: {
      registerCommand: (name: string, run: () => Promise<void>) => commands.set(name, run),
    },
    window: { showErrorMessage: (text: string) => told.push(text) },
    workspace: {
      getConfiguration: () => ({ get: (name: string) => settings.get(name) }),
      onDidChangeConfiguration: (listener: typeof onChange) => {
        onChange = listener;
      },
    },
  }),
  { virtual: true },
);

/** The servers that run. */
const running: string[] = [];

/** Like VS Code's, it refuses to be stopped unless it runs. */
class Client {
  readonly #command: string;
  #isRunning = false;

  constructor(_id: string, _name: string, { command }: { readonly command: string }) {
    this.#command = command;
  }

  async start(): Promise<void> {
    await new Promise(setImmediate);
    if (this.#command === 'missing') throw new Error('spawn missing ENOENT');
    this.#isRunning = true;
    running.push(this.#command);
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) throw new Error("Client is not running and can't be stopped.");
    this.#isRunning = false;
    running.splice(running.indexOf(this.#command), 1);
  }
}
jest.unstable_mockModule('vscode-languageclient/node', () => ({ LanguageClient: Client }));

test('a server that could not be started can be once the setting is right, and is stopped before another', async () => {
  const { activate, deactivate } = await import('../src/extension.ts');
  await activate({ subscriptions: [] } as never);
  expect(told).toEqual([expect.stringContaining('missing could not be started: spawn missing')]);
  const restart = (): Promise<void> | undefined => commands.get('bake.restart')?.();
  const change = (path: string): void => {
    settings.set('path', path);
    onChange({ affectsConfiguration: () => true });
  };
  change('first');
  change('second');
  await restart();
  expect(running).toEqual(['second']);
  await deactivate();
  expect(running).toEqual([]);
  expect(told.length).toBe(1);
});
