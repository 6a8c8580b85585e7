import { textOf } from '@bake/hcl';
import { expect, test } from '@jest/globals';
import { rangeInText } from '../src/components/range-in-text.ts';

test.each([
  { written: '"x {{ a }}"', text: 'x {{ a }}', part: 'a', says: 'a' },
  { written: '<<EOT\nx\n{{ a }}\nEOT', text: 'x\n{{ a }}\n', part: 'a', says: 'a' },
  { written: '"\\"{{ ab }}"', text: '"{{ ab }}', part: 'ab', says: 'ab' },
  { written: '"\\t{{ a }} a"', text: '\t{{ a }} a', part: 'a', says: '"\\t{{ a }} a"' },
  { written: 'var.a', text: '{{ b }}', part: 'b', says: 'var.a' },
  { written: '"{{"', text: '{{', part: '', says: '"{{"' },
])('$part of $written is $says', ({ written, text, part, says }) => {
  const source = { name: 'x', text: `a = ${written} # a` };
  const expression = { source, start: 4, end: 4 + written.length };
  const start = text.indexOf(part);
  const range = rangeInText(expression, text, { start, end: start + part.length });
  expect(textOf(range)).toBe(says);
});
