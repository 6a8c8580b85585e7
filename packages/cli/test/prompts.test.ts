import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { testWithPacker } from './packer.ts';
import { bakeProgram, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const typist = join(import.meta.dirname, 'type-at-terminal.py');

/** Runs a program at a terminal and types each text where its prompt is seen. */
function atTerminal(
  program: readonly string[],
  steps: readonly (readonly [prompt: string, typed: string])[],
  cwd: string,
): { readonly code: number | null; readonly shown: string } {
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [typist, JSON.stringify(steps), ...program],
    { cwd, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1', NODE_OPTIONS: '' } },
  );
  if (stderr !== '') throw new Error(stderr);
  return { code: status, shown: stdout.replaceAll('\r\n', '\n') };
}

const scripts = [
  { type: 'shell-local', inline: ['echo one'] },
  { type: 'shell-local', inline: ['test -e fixed'] },
];

function templateOf(provisioners: readonly object[]): string {
  return JSON.stringify({
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners,
    'error-cleanup-provisioner': { type: 'shell-local', inline: ['echo cleaning'] },
  });
}

/**
 * What both show alike. bake adds advice below an error, which is indented, and leaves it to the terminal to
 * show a Ctrl-C.
 */
function normal(shown: string): readonly string[] {
  return shown
    .replaceAll(/packer-shell\d+/g, 'packer-shellN')
    .replaceAll(/after (?:\d+ \w+ ?){1,2}/g, 'after TIME')
    .replaceAll('3.Allowed', '3. Allowed')
    .replaceAll('1.Allowed', '1. Allowed')
    .replaceAll(/^ {4}null: /gm, '==> null: ')
    .replaceAll('^C', '')
    .split('\n')
    .filter((line) => !line.startsWith('    '));
}

const ask = 'retry succeeds)?';
const go = 'to continue.';

for (const { what, flags, steps, fixed, provisioners } of [
  {
    what: 'a wrong answer, then clean up',
    flags: ['-on-error=ask'],
    steps: [
      [ask, 'x\r'],
      [ask, 'c\r'],
    ],
  },
  { what: 'nothing typed', flags: ['-on-error=ask'], steps: [[ask, '\r']] },
  { what: 'abort', flags: ['-on-error=ask'], steps: [[ask, 'Abort\r']] },
  { what: 'an interrupt', flags: ['-on-error=ask'], steps: [[ask, '\u0003']] },
  {
    what: 'every pause of -debug',
    flags: ['-debug'],
    fixed: true,
    steps: Array.from({ length: 6 }, () => [go, '\r']),
  },
  {
    what: 'the pauses of a failure',
    flags: ['-debug'],
    steps: Array.from({ length: 4 }, () => [go, '\r']),
  },
  {
    what: 'breakpoints',
    flags: [],
    provisioners: [
      { type: 'breakpoint', note: 'off', disable: true },
      { type: 'breakpoint', note: 'one' },
      { type: 'breakpoint' },
    ],
    steps: [
      [go, '\r'],
      [go, 'whatever\r'],
    ],
  },
] as const satisfies readonly {
  what: string;
  flags: readonly string[];
  fixed?: true;
  provisioners?: readonly object[];
  steps: readonly (readonly [string, string])[];
}[]) {
  testWithPacker(`${what}: the same conversation as with Packer`, async () => {
    const conversations = ['packer', 'bake'].map((tool) => {
      const cwd = join(folder.path, tool, what.replaceAll(' ', '-'));
      mkdirSync(cwd, { recursive: true });
      writeFileSync(join(cwd, 'template.json'), templateOf(provisioners ?? scripts));
      if (fixed) writeFileSync(join(cwd, 'fixed'), '');
      const program = tool === 'packer' ? ['packer'] : [process.execPath, bakeProgram];
      const args = ['build', '-color=false', ...flags, 'template.json'];
      const { code, shown } = atTerminal([...program, ...args], steps, cwd);
      return { code, lines: normal(shown) };
    });
    expect(conversations[1]).toEqual(conversations[0]);
    expect(conversations[1]?.lines.length).toBeGreaterThan(7);
  });
}
