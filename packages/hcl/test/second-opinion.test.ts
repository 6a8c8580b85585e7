import { expect, test } from '@jest/globals';
import { parseConfig } from '../src/index.ts';
import { isDisputable, secondOpinion } from '../src/second-opinion.ts';

test.each([
  ['a = 1', 'accepts'],
  ['a = ', 'rejects'],
  // Valid, though the judge cannot put it into JSON: it did not reject the grammar.
  ['b "x" {}\nb "x" "y" {}', undefined],
])('secondOpinion on %j: %s', async (text, expected) => {
  expect(await secondOpinion({ name: 'x', text })).toBe(expected);
});

test.each([
  ['a = ', true],
  ['a = 1', false],
  // The judge would take these, but the limits are ours on purpose.
  [`a = ${'1 + '.repeat(2000)}1`, false],
  [`a = ${'['.repeat(1000)}${']'.repeat(1000)}`, false],
])('whether %.20s is rejected for what it says: %s', (text, expected) => {
  expect(isDisputable(parseConfig({ name: 'x', text }).diagnostics)).toBe(expected);
});
