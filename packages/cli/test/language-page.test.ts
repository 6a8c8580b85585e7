import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { bakeProgram, scratch } from './run-bake.ts';
import { type Step, type WorkedExample, workedExamples } from './worked-examples.ts';

const page = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'docs', 'language.md'),
  'utf8',
);
const examples = workedExamples(page);
const folder = scratch();

// Every step starts a process or two, and machines may be busy.
jest.setTimeout(120_000);
afterAll(() => folder.remove());

test('docs/language.md has examples with commands and expressions', () => {
  expect(examples.length).toBeGreaterThan(12);
  const kinds = examples.flatMap(({ steps }) => steps.map(({ kind }) => kind));
  expect(new Set(kinds)).toEqual(new Set(['command', 'expression']));
});

test.each(examples)(
  'the example at line $line of docs/language.md does what it says',
  (example) => {
    const cwd = folderOf(example);
    const { status, output } = inShell(`npx bake validate ${templateOf(example)}`, cwd);
    expect({ status, output }).toEqual(
      example.isMistaken
        ? { status: 1, output: expect.stringContaining('Error: ') }
        : { status: 0, output: 'The configuration is valid.\n' },
    );
    for (const step of example.steps) {
      expect(`${step.text}\n${comparable(given(step, cwd))}`).toBe(
        `${step.text}\n${comparable(step.output)}`,
      );
    }
  },
);

function folderOf({ line, files }: WorkedExample): string {
  const path = join(folder.path, String(line));
  mkdirSync(path);
  for (const [name, text] of files) writeFileSync(join(path, name), text);
  return path;
}

/** Templates in the legacy format are named; all others are the folder. */
function templateOf({ files }: WorkedExample): string {
  const [name = ''] = files.keys();
  return name.includes('.pkr.') ? '.' : name;
}

function given({ kind, text }: Step, cwd: string): string {
  const command = kind === 'command' ? text : `printf '%s' "$EXPRESSION" | npx bake console .`;
  return inShell(command, cwd, { EXPRESSION: text }).output;
}

function inShell(
  command: string,
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly output: string } {
  const ours = command.replaceAll('npx bake', '"$NODE" "$BAKE"');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', ours], {
    cwd,
    env: { PATH: process.env['PATH'], NODE: process.execPath, BAKE: bakeProgram, ...environment },
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

/** Without what differs from run to run: times and names of temporary files. */
function comparable(output: string): string {
  return output
    .replaceAll(/(finished|completed) after .*/g, '$1 after T')
    .replaceAll(/script: .*/g, 'script: PATH')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
