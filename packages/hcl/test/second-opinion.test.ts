import { expect, test } from '@jest/globals';
import { secondOpinion } from '../src/second-opinion.ts';

test.each([
  ['a = 1', 'accepts'],
  ['a = ', 'rejects'],
  // Valid, though the judge cannot put it into JSON: it did not reject the grammar.
  ['b "x" {}\nb "x" "y" {}', undefined],
])('secondOpinion on %j: %s', async (text, expected) => {
  expect(await secondOpinion({ name: 'x', text })).toBe(expected);
});
