import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/syntax/parse.ts';
import { generateMutant, generateProgram, Random } from '../generate-program.ts';
import { hclJson } from './hcl-json.ts';
import { judge } from './judge.ts';

/** `BAKE_FUZZ=100000 BAKE_FUZZ_SEED=7` tries more, and others. */
const count = Number(process.env['BAKE_FUZZ'] ?? 10_000);
const firstSeed = Number(process.env['BAKE_FUZZ_SEED'] ?? 1);

test(`agrees with hcl2json on ${count} generated programs and mutants`, async () => {
  const differences: object[] = [];
  let valid = 0;
  for (let seed = firstSeed; seed < firstSeed + count && differences.length < 5; seed += 1) {
    const random = new Random(seed);
    const text = seed % 2 === 0 ? generateProgram(random) : generateMutant(random);
    const difference = await compare(text);
    if (difference === 'valid') valid += 1;
    else if (difference !== 'invalid') differences.push({ seed, text, ...difference });
  }
  expect(differences).toEqual([]);
  // A generator that makes nothing but rubbish, or no rubbish at all, tests little.
  expect(valid).toBeGreaterThan(count * 0.4);
  expect(valid).toBeLessThan(count * 0.7);
}, 600_000);

async function compare(text: string): Promise<object | 'valid' | 'invalid'> {
  const { value, diagnostics } = parseConfig({ name: 'x', text });
  const verdict = await judge(text);
  const isValid = diagnostics.length === 0;
  if (isValid !== verdict.isValid) {
    return { ours: diagnostics.map(({ summary }) => summary), theirs: verdict.message ?? 'valid' };
  }
  if (!isValid) return 'invalid';
  const ours = JSON.stringify(sorted(hclJson(value.body)));
  const theirs = JSON.stringify(sorted(verdict.json));
  return ours === theirs ? 'valid' : { ours, theirs };
}

/** The judge sorts names; we keep the order of the text. */
function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted);
  if (json === null || typeof json !== 'object') return json;
  return Object.entries(json)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => [name, sorted(value)]);
}
