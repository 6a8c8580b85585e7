import { expect, test } from '@jest/globals';
import { isIdentifier } from '../../src/syntax/characters.ts';
import { continuations, starts } from '../../src/syntax/identifier-table.ts';
import { parseConfig } from '../../src/syntax/parse.ts';

test.each([
  ['a', true],
  ['_a-b_1', true],
  ['-a', false],
  ['1a', false],
  ['', false],
  ['größe', true],
  ['名前', true],
  ['e\u0301', true],
  ['\u0301e', false],
  ['a\u00b7', true],
  ['a b', false],
  // Letters that Unicode has had since version 10, 13 and 15; HCL knows version 9.
  ['\u0860', false],
  ['\u{30000}', false],
  ['\u{1e4d0}', false],
  ['a\u1cf7', false],
])('%j is an identifier: %p', (text, is) => {
  expect(isIdentifier(text)).toBe(is);
  const { diagnostics } = parseConfig({ name: 'a.hcl', text: `${text} = 1\n` });
  if (text !== '') expect(diagnostics.length === 0).toBe(is);
});

test('the table has as many characters as HCL takes', () => {
  expect([starts, continuations].map(sizeOf)).toEqual([116_955, 2673]);
});

function sizeOf(table: readonly string[]): number {
  const lengths = table
    .join(' ')
    .split(' ')
    .map((range) => range.split('+')[1] ?? '0');
  return lengths.reduce((sum, length) => sum + Number.parseInt(length, 36) + 1, 0);
}
