import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { runBake, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(60_000);

let folder: Scratch;
beforeAll(() => {
  folder = scratch();
  mkdirSync(join(folder.path, 'images'));
  writeFileSync(join(folder.path, 'images', 'web page.pkr.hcl'), '');
});
afterAll(() => folder.remove());

/** What is shown when a shell is ready for a line. */
const prompt = 'what> ';
/** Shells that start with nothing of the user's, and how each loads the script. */
const shells = {
  bash: ['bash --norc --noprofile -i', 'source ./script'],
  zsh: ['zsh -f -i', 'source ./script'],
  fish: [
    `fish --no-config -i -C "function fish_prompt; printf 'what'; echo '> '; end"`,
    'source ./script',
  ],
} as const;
type Shell = keyof typeof shells;

/**
 * Types lines at a shell in a terminal, each with Tab at its end, and gives what the shell has made of them: the line is then
 * turned into one that prints its words.
 */
async function typed(shell: Shell, lines: readonly string[]): Promise<readonly string[]> {
  const [start, load] = shells[shell];
  const script = await runBake(['completion', shell]);
  writeFileSync(join(folder.path, 'script'), script.stdout);
  const child = spawn('script', ['-qec', start, '/dev/null'], {
    cwd: folder.path,
    env: {
      PATH: process.env['PATH'],
      HOME: folder.path,
      TERM: 'xterm',
      LANG: 'C.UTF-8',
      PS1: prompt,
    },
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    shown += piece;
  });
  /** Waits for a text, and for the prompt after it: what comes before that may get lost. */
  const sees = async (text: string): Promise<void> => {
    const isReady = (): boolean => {
      const place = shown.indexOf(text);
      return place >= 0 && shown.indexOf(prompt, place) >= 0;
    };
    while (!isReady()) await once(child.stdout, 'data');
  };
  await sees('');
  // What is typed must not hold what is waited for, since terminals show both.
  child.stdin.write(`${load}; printf 'rea%s\\n' dy\n`);
  await sees('ready');
  for (const [index, line] of lines.entries()) {
    // Home, so that the completed words become those of another command.
    child.stdin.write(`${line}\t\u0001printf '<%s>' ${'e'}nd ${index} \n`);
    await sees(`<end><${index}>`);
  }
  child.stdin.end('exit\n');
  await once(child, 'close');
  return lines.map((_, index) => {
    const words = new RegExp(`<end><${index}>((?:<[^>]*>)*)`).exec(shown)?.[1] ?? '';
    return words.slice(1, -1).replaceAll('><', '|');
  });
}

const cases = [
  ['bake val', 'bake|validate'],
  ['bake build -on-err', 'bake|build|-on-error='],
  ['bake build -on-error=run', 'bake|build|-on-error=run-cleanup-provisioner'],
  ['bake build -timestamp', 'bake|build|-timestamp-ui'],
  ['bake build -report=ima', 'bake|build|-report=images/'],
  ['bake build -force images/we', 'bake|build|-force|images/web page.pkr.hcl'],
  ['bake cache pr', 'bake|cache|prune'],
  ['bake docs post', 'bake|docs|post-processor'],
  ['bake help hcl', 'bake|help|hcl2_upgrade'],
] as const;

/** What a shell does otherwise: fish puts no `=` behind an option, zsh no path. */
const notBy: Readonly<Record<Shell, readonly string[]>> = {
  bash: [],
  zsh: ['-report=ima'],
  fish: ['-on-err'],
};

test.each(['bash', 'zsh', 'fish'] as const)('%s completes', async (shell) => {
  for (const program of [shell, 'script']) {
    if (spawnSync(program, ['--version']).error) {
      console.warn(`SKIPPED: completion by ${shell}: no program "${program}" here`);
      return;
    }
  }
  const wanted = cases.filter(([line]) => !notBy[shell].some((part) => line.includes(part)));
  const lines = wanted.map(([line]) => line);
  expect(await typed(shell, lines)).toEqual(wanted.map(([, words]) => words));
});

test('a shell that nobody knows is an error', async () => {
  const { code, stdout } = await runBake(['completion', 'csh']);
  expect([code, stdout]).toEqual([1, expect.stringContaining('Say which shell: bash, zsh, fish.')]);
});
