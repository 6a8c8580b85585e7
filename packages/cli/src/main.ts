import { ArgumentError } from './arguments/flags.ts';
import type { Command } from './commands/command.ts';
import { logDestination } from './log/log-destination.ts';
import type { Terminal } from './terminal.ts';

/** Commands are loaded when they are chosen: `bake version` does not pay for the engine. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./commands/build.ts')).buildCommand,
  init: async () => (await import('./commands/init.ts')).initCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand,
  graph: async () => (await import('./commands/graph.ts')).graphCommand,
  console: async () => (await import('./commands/console.ts')).consoleCommand,
  fmt: async () => (await import('./commands/fmt.ts')).fmtCommand,
  fix: async () => (await import('./commands/fix.ts')).fixCommand,
  hcl2_upgrade: async () => (await import('./commands/hcl2-upgrade.ts')).hcl2UpgradeCommand,
  plugins: async () => (await import('./commands/plugins.ts')).pluginsCommand,
  docs: async () => (await import('./commands/docs.ts')).docsCommand,
  'language-server': async () =>
    (await import('./commands/language-server.ts')).languageServerCommand,
  cache: async () => (await import('./commands/cache.ts')).cacheCommand,
  cleanup: async () => (await import('./commands/cleanup.ts')).cleanupCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand(allCommands),
  version: async () => (await import('./commands/version.ts')).versionCommand,
};

/** Counts wherever it stands, as in Packer. */
const machineFlag = '-machine-readable';

/**
 * Runs the command line and gives the exit code: 0 done, 1 failed, cancelled or called wrongly, 127 no
 * such command (Packer's codes).
 */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const rest = argv.filter((argument) => argument !== machineFlag);
  const isMachineReadable = rest.length < argv.length;
  const spoken = isMachineReadable
    ? (await import('./machine-readable.ts')).machineReadable(terminal)
    : terminal;
  const destination = logDestination(terminal.environment);
  if (destination === undefined) return dispatch(rest, spoken);
  const { startLog } = await import('./log/logged-terminal.ts');
  const logged = startLog(destination, spoken);
  if (logged === undefined) return 1;
  const code = await dispatch(rest, logged);
  logged.log('INFO', `exit code ${code}`);
  return code;
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv.some(isVersionFlag) ? ['version'] : argv;
  if (name === undefined || isHelpFlag(name) || name === 'help') {
    return help(rest[0], name === undefined ? 127 : 0, terminal);
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) return unknownCommand(name, terminal);
  // Never its arguments: they may hold the values of secret variables.
  terminal.log('INFO', `running ${name}`);
  const command = await load();
  if (rest.some(isHelpFlag)) return help(name, 0, terminal);
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const { message, unknown } = error;
    const advice = unknown === undefined ? '' : await didYouMean(unknown.given, unknown.known);
    const { usageOf } = await import('./commands/usage.ts');
    terminal.write(`${message}${advice}\n\n${usageOf(command)}`);
    return 1;
  }
}

async function help(name: string | undefined, code: number, terminal: Terminal): Promise<number> {
  const { overview, usageOf } = await import('./commands/usage.ts');
  const load = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (load !== undefined) terminal.write(usageOf(await load()));
  else {
    terminal.write(overview(await allCommands()));
  }
  return code;
}

function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(commands).map((load) => load()));
}

async function unknownCommand(name: string, terminal: Terminal): Promise<number> {
  const advice = await didYouMean(name, [...Object.keys(commands), 'help']);
  terminal.write(`There is no command "${name}".${advice}\n\n`);
  return help(undefined, 127, terminal);
}

async function didYouMean(name: string, known: readonly string[]): Promise<string> {
  const { suggest } = await import('@bake/hcl');
  const similar = suggest(name, known);
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}

function isVersionFlag(argument: string): boolean {
  return argument === '-v' || argument === '-version' || argument === '--version';
}

function isHelpFlag(argument: string): boolean {
  return argument === '-h' || argument === '-help' || argument === '--help';
}
