import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { renderValue } from '../../src/value/render.ts';
import { evaluated } from './evaluating.ts';
import { generate, seeded } from './expression-generator.ts';

/**
 * Compares with the `packer` of this machine, whichever version it is. Where Packer 1.6.6 differs from
 * the newer HCL that we follow, the generator keeps clear of it or the result is not compared:
 * - `&&` and `||` with a mistake or null on one side (they decide alone since HCL 2.24);
 * - `jsonencode(null)` (a mistake there), so that everything is encoded inside a list;
 * - a splat of a null literal, and `==` on structures of different types that hold one (unknown there,
 *   though nothing that goes in is unknown).
 */
const packer = spawnSync('packer', ['version'], { encoding: 'utf8', env: environment() });
const comparing = packer.status === 0 ? test : test.skip;
if (packer.status !== 0) {
  process.stderr.write('skipped the comparison with packer console: no packer on the PATH\n');
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' };
}

/** What `packer console` prints for an expression. */
function consoleResult(expression: string): string {
  const { stdout } = spawnSync('packer', ['console', '-config-type=hcl2'], {
    input: `${expression}\n`,
    encoding: 'utf8',
    env: environment(),
  });
  return stdout.replace(/\n$/, '');
}

/** The JSON of an expression's value in a list, since older versions have no JSON for null alone; `!` for a mistake. */
function guarded(expression: string): string {
  return `try(jsonencode([${expression}]), "!")`;
}

/** What the console makes of many expressions, in few processes; `?` for unknown. */
function consoleResults(expressions: readonly string[]): readonly string[] {
  const result = consoleResult(`jsonencode([${expressions.map(guarded).join(', ')}])`);
  if (result.startsWith('[')) return JSON.parse(result) as string[];
  if (expressions.length === 1) return ['?'];
  // One unknown makes all unknown: look for it.
  const middle = expressions.length >> 1;
  return [
    ...consoleResults(expressions.slice(0, middle)),
    ...consoleResults(expressions.slice(middle)),
  ];
}

describe('packer console', () => {
  comparing.each([1, 2, 3, 4])('agrees on generated expressions, seed %i', (seed) => {
    const random = seeded(seed);
    const expressions = Array.from({ length: 250 }, () =>
      generate(random, 1 + random(3), ['1', '"s"']),
    );
    const theirs = consoleResults(expressions);
    const ours = expressions.map((each) => {
      const { value } = evaluated(guarded(each));
      return value.kind === 'string' ? value.value : '?';
    });
    expect(theirs.filter((result) => result === '?').length).toBeLessThan(5);
    const different = expressions.flatMap((each, index) =>
      theirs[index] === '?' || ours[index] === theirs[index]
        ? []
        : [{ each, ours: ours[index], theirs: theirs[index] }],
    );
    expect(different).toEqual([]);
  });

  comparing('prints values as we do', () => {
    const expression =
      '[1, -2.5, 1e20, 0.00001, 1234567.5, 1/3, "a\\tb \\"é\\u200b\\u0001", null, true, [], {}, [[1], {a = "x"}], {b = 1, a = null, "c d" = {e = []}}]';
    expect(renderValue(evaluated(expression).value)).toBe(consoleResult(expression));
  });

  comparing.each(['"a\\nb"', '12', `"\${1}"`, 'true', 'null', '-0', '1/0', '{}'])(
    'prints %s as we do',
    (expression) => {
      expect(renderValue(evaluated(expression).value)).toBe(consoleResult(expression));
    },
  );
});
