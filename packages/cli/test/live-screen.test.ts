import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import type { Terminal } from '../src/terminal.ts';
import { LiveScreen } from '../src/views/live-screen.ts';
import { plainScreen } from '../src/views/screen.ts';
import { plainTheme } from '../src/views/theme.ts';
import { bakeProgram, scratch } from './run-bake.ts';
import { Tmux, whyNoTmux } from './tmux.ts';

const folder = scratch();
afterAll(() => folder.remove());

let terminal: Tmux | undefined;
afterEach(() => terminal?.close());

const when = whyNoTmux === undefined ? test : test.skip;
const title = (text: string): string => (whyNoTmux === undefined ? text : `${text} (${whyNoTmux})`);

const spinner = /[\u2800-\u28ff]/;
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const linesEach = 8;

/** Builds that each say some long lines, and stop in the middle until the file `go` exists. */
writeFileSync(
  join(folder.path, 'main.pkr.hcl'),
  `
${names.map((name) => `source "null" "${name}" { communicator = "none" }`).join('\n')}
build {
  sources = [${names.map((name) => `"null.${name}"`).join(', ')}]
  provisioner "shell-local" {
    inline = [
      "for i in 1 2 3 4; do echo \${source.name} line $i with a tail that is longer than narrow terminals are; done",
      "trap '' TERM",
      "while [ ! -e $GO ]; do sleep 0.05; done",
      "for i in 5 6 7 8; do echo \${source.name} line $i with a tail that is longer than narrow terminals are; sleep 0.1; done",
    ]
  }
}`,
);

function start(go: string, columns: number, rows: number, ...flags: readonly string[]): Tmux {
  const command = [
    process.execPath,
    bakeProgram,
    'build',
    '-color=false',
    ...flags,
    'main.pkr.hcl',
  ];
  const env = { GO: join(folder.path, go) };
  terminal = new Tmux(command, { columns, rows, cwd: folder.path, env });
  return terminal;
}

function go(name: string): void {
  writeFileSync(join(folder.path, name), '');
}

/** Every line of output is there once and whole. */
function expectWhole(lines: readonly string[]): void {
  const wanted = names.flatMap((name) =>
    Array.from(
      { length: linesEach },
      (_, index) =>
        `==> null.${name}: ${name} line ${index + 1} with a tail that is longer than narrow terminals are`,
    ),
  );
  expect(lines.filter((line) => line.includes(' line ')).toSorted()).toEqual(wanted.toSorted());
}

/** Of the rows nothing remains. */
function expectNoRows(lines: readonly string[]): void {
  if (lines.some((line) => spinner.test(line))) throw new Error(lines.join('\n'));
}

when(
  title('shows a row for every build, and leaves whole lines behind'),
  async () => {
    const shown = start('go-1', 100, 40);
    const screen = await shown.sees(
      /null\.a {2}.*\n.*null\.b {2}[\s\S]*null\.f {2}.*provisioner shell-local/,
    );
    const rows = screen.split('\n').filter((line) => spinner.test(line));
    expect(rows.map((row) => /null\.\w/.exec(row)?.[0])).toEqual(
      names.map((name) => `null.${name}`),
    );
    go('go-1');
    await shown.sees('ended with 0');
    expectWhole(shown.lines());
    expectNoRows(shown.lines());
    expect(shown.lines()).toContain('==> Time spent:');
  },
  30_000,
);

when(
  title('copes with fewer rows than builds, and with a terminal that changes its size'),
  async () => {
    const shown = start('go-2', 60, 7);
    const screen = await shown.sees(/and 2 more/);
    expect(screen.split('\n').filter((line) => spinner.test(line)).length).toBe(4);
    shown.resize(25, 7);
    await shown.sees(/⠋|⠙|⠹|⠸|⠼|⠴|⠦|⠧|⠇|⠏/);
    shown.resize(120, 30);
    await shown.sees(/null\.f {2}/);
    shown.resize(40, 12);
    go('go-2');
    await shown.sees('ended with 0');
    // tmux tells of a new size a moment after it has broken the rows: a row may remain, but lines are whole.
    expectWhole(shown.lines());
  },
  30_000,
);

when(
  title('says how many builds wait'),
  async () => {
    const shown = start('go-3', 80, 30, '-parallel-builds=2');
    await shown.sees('4 more waiting');
    go('go-3');
    await shown.sees('ended with 0');
    // tmux tells of a new size a moment after it has broken the rows: a row may remain, but lines are whole.
    expectWhole(shown.lines());
    expectNoRows(shown.lines());
  },
  30_000,
);

when(
  title('leaves nothing behind when it is interrupted twice'),
  async () => {
    const shown = start('never', 100, 40);
    await shown.sees(/null\.f {2}/);
    shown.type('C-c');
    await shown.sees('Cancelling build after receiving interrupt');
    shown.type('C-c');
    await shown.sees('ended with 1');
    expectNoRows(shown.lines());
  },
  30_000,
);

/** All that is written to a terminal, with what moves the cursor. */
function written(flags: readonly string[], env: Readonly<Record<string, string>>): string {
  const script = join(import.meta.dirname, 'type-at-terminal.py');
  const command = [process.execPath, bakeProgram, 'build', ...flags, 'main.pkr.hcl'];
  const { CI: _, NODE_OPTIONS: __, ...rest } = process.env;
  const settings = { ROWS_COLUMNS: '24 80', TERM: 'xterm', GO: join(folder.path, 'go-4') };
  const { stdout } = spawnSync('python3', [script, '[]', ...command], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...rest, ...settings, ...env },
  });
  return stdout;
}

test.each([
  { flags: [], env: {}, isLive: true },
  { flags: ['-live'], env: { CI: 'true' }, isLive: true },
  { flags: ['-live=false'], env: {}, isLive: false },
  { flags: [], env: { TERM: 'dumb' }, isLive: false },
  { flags: [], env: { CI: 'true' }, isLive: false },
  { flags: ['-json'], env: {}, isLive: false },
  { flags: ['-machine-readable'], env: {}, isLive: false },
])('with $flags and $env rows are shown: $isLive', ({ flags, env, isLive }) => {
  go('go-4');
  const text = written([...flags, '-color=false'], env);
  expect(text).toContain('line 8');
  expect(spinner.test(text)).toBe(isLive);
  expect(text.includes('\u001b')).toBe(isLive);
});

test('a question and the rows do not get into one another', () => {
  writeFileSync(
    join(folder.path, 'ask.pkr.hcl'),
    `
source "null" "a" { communicator = "none" }
source "null" "b" { communicator = "none" }
build {
  sources = ["null.a", "null.b"]
  provisioner "shell-local" {
    inline = [source.name == "a" ? "exit 3" : "for i in 1 2 3 4 5 6 7 8 9; do echo tick $i; sleep 0.1; done"]
  }
}`,
  );
  const script = join(import.meta.dirname, 'type-at-terminal.py');
  // The answer comes after the other build has said something, which must wait.
  const steps = [
    ['retry succeeds)?', ''],
    [null, 'c\r'],
  ];
  const command = [
    process.execPath,
    bakeProgram,
    'build',
    '-on-error=ask',
    '-color=false',
    'ask.pkr.hcl',
  ];
  const { CI: _, NODE_OPTIONS: __, ...rest } = process.env;
  const { stdout, status } = spawnSync('python3', [script, JSON.stringify(steps), ...command], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...rest, ROWS_COLUMNS: '24 80', TERM: 'xterm' },
  });
  expect(stdout).toMatch(/retry succeeds\)\? c\r\n/);
  expect(stdout).toContain('tick 9');
  expect(status).toBe(1);
});

/** A terminal that only notes what is written, and a run of two builds on it. */
function noted(): {
  readonly screen: LiveScreen;
  readonly seen: { text: string; end: () => void };
} {
  const seen = { text: '', end: (): void => {} };
  const write = (more: string): void => {
    seen.text += more;
  };
  const terminal = {
    write,
    writeData: write,
    output: { columns: 80, rows: 24 },
    atExit: (act) => {
      seen.end = act;
    },
  } as Partial<Terminal> as Terminal;
  const screen = new LiveScreen(terminal, plainScreen(terminal), plainTheme);
  const time = new Date().toISOString();
  screen.listener({ type: 'run-start', time, runUuid: '', builds: ['a', 'b'], debug: false });
  for (const build of ['a', 'b']) screen.listener({ type: 'build-start', time, build });
  return { screen, seen };
}

function endOf(screen: LiveScreen): void {
  const time = new Date().toISOString();
  screen.listener({ type: 'run-end', time, outcome: 'ok', milliseconds: 1 });
}

test('the rows go away whatever ends the process', async () => {
  const { screen, seen } = noted();
  while (!spinner.test(seen.text)) await sleep(10);
  seen.text = '';
  seen.end();
  expect(seen.text).toBe('\r\u001b[2K\u001b[1A\u001b[2K');
  endOf(screen);
});

test('the rows are back as soon as something was said, and not after the run', async () => {
  const { screen, seen } = noted();
  screen.print('say', 'one');
  screen.print('say', 'two');
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.text.match(/one\n|two\n|[\u2800-\u28ff] {2}\w/g)).toEqual([
    'one\n',
    'two\n',
    expect.stringMatching(/a$/),
    expect.stringMatching(/b$/),
  ]);
  screen.print('say', 'three');
  endOf(screen);
  seen.text = '';
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.text).toBe('');
});
