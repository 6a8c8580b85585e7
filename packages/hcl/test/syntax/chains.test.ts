import { expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/diagnostic.ts';
import { evaluate } from '../../src/eval/evaluate.ts';
import { referencesIn } from '../../src/eval/references.ts';
import { parseExpression } from '../../src/syntax/parse.ts';
import { formatNum } from '../../src/value/number.ts';

test('a chain of a thousand operators is read and evaluated', () => {
  const { value, diagnostics } = parseExpression({
    name: 'x',
    text: Array(1001).fill('1').join('+'),
  });
  expect(diagnostics).toHaveLength(0);
  expect(referencesIn(value)).toEqual([]);
  const result = evaluate(value, { variables: new Map() }, new Diagnostics());
  expect(result.kind === 'number' && formatNum(result.value)).toBe('1001');
});

test.each([
  ['operators', Array(20_000).fill('1').join('+')],
  ['steps', `a${'.b'.repeat(20_000)}`],
  ['indices', `a${'[0]'.repeat(20_000)}`],
  ['parentheses', '('.repeat(20_000)],
  ['signs', `${'-'.repeat(20_000)}1`],
])('20,000 %s in a row are a diagnostic and nothing worse', (_, text) => {
  const { value, diagnostics } = parseExpression({ name: 'x', text });
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(() => referencesIn(value)).not.toThrow();
});
