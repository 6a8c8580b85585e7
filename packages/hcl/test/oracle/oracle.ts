import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeValue } from '../../src/index.ts';
import { variables } from './variables.ts';

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
  ask(questions: readonly Question[]): readonly Answer[];
  /** Removes what was built. */
  close(): void;
}

/** Builds the program. A string says why it cannot be. */
export function openOracle(): Oracle | string {
  const folder = mkdtempSync(join(tmpdir(), 'bake-oracle-'));
  const program = join(folder, 'oracle');
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'go'),
    encoding: 'utf8',
    timeout: 90_000,
  });
  if (built.status === 0) return { ask: (questions) => ask(program, questions), close };
  close();
  return built.error?.message ?? built.stderr;
}

function ask(program: string, questions: readonly Question[]): readonly Answer[] {
  const declared = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, encodeValue(value)]),
  );
  const input = [declared, ...questions].map((each) => `${JSON.stringify(each)}\n`).join('');
  const { stdout, stderr, status } = spawnSync(program, {
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
