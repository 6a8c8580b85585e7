import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
/** Where our packages are: as installation.ts has installed them, or as they were built here. */
const packages = process.env['BAKE_INSTALLED'] ?? join(root, 'packages');

/** The command. */
export const bakeProgram: string = join(packages, 'cli', 'bin', 'bake.js');

/** What a run of the command gave. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that can be watched and interrupted. */
export interface Running {
  readonly process: ChildProcess;
  /** All that was printed so far. */
  output(): string;
  /** Resolves when the output holds the text; rejects when the run ends without it. */
  sees(text: string): Promise<void>;
  readonly finished: Promise<Finished>;
}

/** How to run it. */
export interface RunSettings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in; without it there is no input. */
  readonly input?: string;
  /** How many files it may have open; without it as many as the test. */
  readonly openFiles?: number;
}

/** Starts the command as a user would. */
export function startBake(args: readonly string[], settings: RunSettings = {}): Running {
  return startProgram(process.execPath, [bakeProgram, ...args], settings);
}

/** Starts another program as it would be started by hand. */
export function startProgram(
  program: string,
  args: readonly string[],
  settings: RunSettings = {},
): Running {
  const limit =
    settings.openFiles === undefined
      ? []
      : ['sh', '-c', `ulimit -n ${settings.openFiles}; exec "$@"`, 'sh'];
  const [first, ...rest] = [...limit, program, ...args];
  const child = spawn(first as string, rest, {
    cwd: settings.cwd,
    env: { ...cleanEnvironment(), ...settings.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that reads nothing may have closed it by now.
  child.stdin.on('error', () => {}).end(settings.input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = once(child, 'close').then(([code]) => ({ code, stdout, stderr }) as Finished);
  const sees = async (text: string): Promise<void> => {
    while (!stdout.includes(text)) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`ended without "${text}":\n${stdout}${stderr}`);
      }
      await Promise.race([once(child.stdout, 'data'), finished]);
    }
  };
  return { process: child, output: () => stdout, sees, finished };
}

/** Runs the command to its end. */
export function runBake(args: readonly string[], settings: RunSettings = {}): Promise<Finished> {
  return startBake(args, settings).finished;
}

/** A folder for one test. */
export interface Scratch {
  readonly path: string;
  /** Copies an example into it and gives the copy's path. */
  example(name: string): string;
  remove(): void;
}

/** Makes an empty folder. */
export function scratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'bake-cli-'));
  return {
    path,
    example(name) {
      const copy = join(path, name);
      cpSync(join(root, 'examples', name), copy, { recursive: true, filter: isSource });
      return copy;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Leaves out what earlier runs of an example have made. */
function isSource(path: string): boolean {
  return !path.includes('output-');
}

/** The environment without what would change a run: jest's own settings, variables for templates. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(NODE_OPTIONS|NODE_ENV|JEST_.*|PKR_VAR_.*)$/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
