import { expect, test } from '@jest/globals';
import { countGraphemes } from '../src/graphemes.ts';
import { lineText, positionAt } from '../src/source.ts';

/** Lines of plain and of other characters, line ends of all kinds, clusters of several units. */
const texts = [
  '',
  'a\nbc\n',
  'a\r\nbc\r\n\rd',
  'ü = "é"\nplain\n',
  '"e\u0301" x\n\u0301y',
  '👩‍👩‍👧 = 1 \n🇩🇪🇩🇪 z',
  'क्ष = 2\r\n"क्" ',
];

test.each(texts)('every place has its line and column: %j', (text) => {
  const source = { name: 'x', text };
  for (let offset = 0; offset <= text.length; offset += 1) {
    const before = text.slice(0, offset).split('\n');
    // A column is one more than the clusters before it, as far as they are before it.
    const column = countGraphemes(before.at(-1) ?? '') + 1;
    expect([offset, positionAt(source, offset)]).toEqual([offset, { line: before.length, column }]);
  }
  expect(positionAt(source, text.length + 5)).toEqual(positionAt(source, text.length));
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  expect(lines.map((_, index) => lineText(source, index + 1))).toEqual(lines);
  expect(lineText(source, lines.length + 1)).toBeUndefined();
  expect(lineText(source, 0)).toBeUndefined();
});

test('a piece of a file counts from where it was cut', () => {
  const source = { name: 'x', text: 'ab\ncd', origin: { line: 7, column: 5 } };
  expect([0, 1, 3, 4].map((offset) => positionAt(source, offset))).toEqual([
    { line: 7, column: 5 },
    { line: 7, column: 6 },
    { line: 8, column: 1 },
    { line: 8, column: 2 },
  ]);
  expect([6, 7, 8].map((line) => lineText(source, line))).toEqual([undefined, 'ab', 'cd']);
});
