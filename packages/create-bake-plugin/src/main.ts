import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { componentKinds, kindsIn } from './component-kinds.ts';
import { type PluginName, pluginName } from './plugin-name.ts';
import { writePlugin } from './write-plugin.ts';

const usage = `Usage: npm create bake-plugin [NAME] -- [--kinds builder,provisioner,...] [--folder PATH]

NAME is banner or @acme/banner. What is not given is asked for at a terminal.
`;

/** Writes a new plugin as the arguments or the person at the terminal want it. Gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        kinds: { type: 'string' },
        folder: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    if (values.help) process.stdout.write(usage);
    else await create(positionals, values);
    return 0;
  } catch (error) {
    // parseArgs adds advice about its own API to some messages.
    const [message] = (error as Error).message.split('. To specify');
    process.stderr.write(`${message}\n\n${usage}`);
    return 1;
  }
}

interface Wishes {
  readonly kinds?: string | undefined;
  readonly folder?: string | undefined;
}

async function create(names: readonly string[], wishes: Wishes): Promise<void> {
  if (names.length > 1) throw new Error(`"${names[1]}" is one name too many.`);
  const name = await answer(names[0], pluginName, 'Name of the plugin');
  const kinds = await answer(wishes.kinds, kindsIn, kindsQuestion(), 'provisioner');
  const folder = wishes.folder ?? (basename(name.package) as string);
  await writePlugin({ name, kinds, folder: resolve(folder), bakeVersion: await ownVersion() });
  process.stdout.write(nextSteps(name, folder));
}

function kindsQuestion(): string {
  const lines = Object.entries(componentKinds).map(([kind, what]) => `  ${kind}: ${what}`);
  return `Kinds of components, with commas between them\n${lines.join('\n')}\n`;
}

/** What was given, else what is typed, again until it will do. Throws what `read` does if nobody is there to ask. */
async function answer<T>(
  given: string | undefined,
  read: (text: string) => T,
  question: string,
  standard = '',
): Promise<T> {
  if (given !== undefined) return read(given);
  if (!process.stdin.isTTY) {
    if (standard !== '') return read(standard);
    throw new Error('Give the name of the plugin: there is no terminal to ask at.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<never>((_, reject) => {
    terminal.once('close', () => reject(new Error('Nothing was written.')));
  });
  try {
    for (;;) {
      const asked = terminal.question(`${question}${standard && `[${standard}]`}: `);
      const typed = await Promise.race([asked, closed]);
      try {
        return read(typed.trim() || standard);
      } catch (error) {
        process.stdout.write(`${(error as Error).message}\n`);
      }
    }
  } finally {
    terminal.close();
  }
}

/** Packages of bake that belong together have one version. */
async function ownVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function nextSteps(name: PluginName, folder: string): string {
  return `${name.package} is in ${folder}. Now:

  cd ${folder}
  npm install
  npm test

README.md there says what it does so far.
`;
}
