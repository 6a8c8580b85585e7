import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeValue } from '../../src/index.ts';
import { variables } from './variables.ts';
import { files } from './words-for-packer.ts';

/** A question to HashiCorp's libraries and to bake. */
export interface Question {
  /** What the text is; `json`: an expression in the JSON spelling; `type`: a type that `value` is converted to. */
  readonly kind: 'expression' | 'template' | 'json' | 'type';
  readonly text: string;
  readonly value?: string;
}

/** One error; `start` is an offset in bytes. */
export interface OracleProblem {
  readonly summary: string;
  readonly detail: string;
  readonly start: number;
}

/** What the libraries make of a question. */
export interface Answer {
  /** The value in the form of `encodeValue`, numbers as text; absent when there are problems. */
  readonly value?: unknown;
  readonly problems: readonly OracleProblem[];
  /** The text cannot be parsed. */
  readonly unreadable?: boolean;
  /** The library crashed. */
  readonly panic?: string;
}

/** The program in `go/`, built: it answers questions with HashiCorp's own libraries. */
export interface Oracle {
  /** Where it runs: a folder with files for `fileset`. */
  readonly folder: string;
  ask(questions: readonly Question[]): readonly Answer[];
  /** Removes what was built. */
  close(): void;
}

/** Builds the program. A string says why it cannot be. */
export function openOracle(): Oracle | string {
  const home = mkdtempSync(join(tmpdir(), 'bake-oracle-'));
  const program = join(home, 'oracle');
  const folder = join(home, 'files');
  const close = (): void => rmSync(home, { recursive: true, force: true });
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'go'),
    encoding: 'utf8',
    timeout: 90_000,
  });
  if (built.status !== 0) {
    close();
    return built.error?.message ?? built.stderr;
  }
  makeFiles(folder);
  return { folder, ask: (questions) => ask(program, folder, questions), close };
}

function makeFiles(folder: string): void {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  symlinkSync('a', join(folder, 'link'));
  symlinkSync('a/b.txt', join(folder, 'link.txt'));
}

function ask(program: string, folder: string, questions: readonly Question[]): readonly Answer[] {
  const declared = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, encodeValue(value)]),
  );
  const input = [declared, ...questions].map((each) => `${JSON.stringify(each)}\n`).join('');
  const { stdout, stderr, status } = spawnSync(program, {
    cwd: folder,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`the oracle failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
