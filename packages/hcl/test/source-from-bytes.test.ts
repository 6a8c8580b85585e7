import { expect, test } from '@jest/globals';
import { showRange, textOf } from '../src/range.ts';
import { sourceFromBytes } from '../src/source-from-bytes.ts';

test.each([
  { bytes: 'a = "\\xc3\\xa9"', text: 'a = "é"' },
  { bytes: '', text: '' },
])('$bytes is UTF-8', ({ bytes, text }) => {
  expect(sourceFromBytes('x', bytesOf(bytes))).toEqual({ source: { name: 'x', text } });
});

test.each([
  { bytes: 'caf\\xe9', at: '1:4', byte: '\\xE9', text: 'caf\\xE9', says: 'it is "é"' },
  {
    bytes: '# \\xc3\\xa9\n\\xc3\\xa9\\xff',
    at: '2:2',
    byte: '\\xFF',
    text: '# é\né\\xFF',
    says: 'ÿ',
  },
  { bytes: 'a\\xe2\\x82\nb', at: '1:2', byte: '\\xE2', text: 'a\\xE2\\x82\nb', says: '"â"' },
  { bytes: 'a\\xed\\xa0\\x80', at: '1:2', byte: '\\xED', text: 'a\\xED\\xA0\\x80', says: '"í"' },
  { bytes: '\\xff\\xfea\\x00', at: '1:1', byte: '\\xFF', text: '\\xFF\\xFEa\0', says: 'UTF-16' },
  { bytes: 'a\\x81', at: '1:2', byte: '\\x81', text: 'a\\x81', says: 'this byte is not. Save' },
])('$bytes is not', ({ bytes, at, byte, text, says }) => {
  const decoded = sourceFromBytes('x', bytesOf(bytes));
  const subject = 'problem' in decoded ? decoded.problem.subject : undefined;
  if (subject === undefined || !('problem' in decoded)) throw new Error('no problem');
  const { start } = showRange(subject);
  expect(`${start.line}:${start.column}`).toBe(at);
  expect(textOf(subject)).toBe(byte);
  expect(subject.source.text).toBe(text);
  expect(decoded.problem.code).toBe('invalid-encoding');
  expect(decoded.problem.detail).toContain(says);
});

test('a large file in one line is looked at once', () => {
  const decoded = sourceFromBytes('x', Buffer.alloc(1e6, 0xe9));
  expect('problem' in decoded && decoded.problem.subject?.source.text).toHaveLength(4e6);
});

/** `\xE9` in the text stands for a byte. */
function bytesOf(text: string): Buffer {
  return Buffer.from(
    text.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
