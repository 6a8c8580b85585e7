import { expect, test } from '@jest/globals';
import { formatDuration, parseDuration } from '../src/duration.ts';

test.each([
  ['0', 0],
  ['300ms', 300],
  ['10s', 10_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['.5m', 30_000],
  ['-5s', -5000],
  ['2us', 0.002],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '5', 's', '5 s', '5 minutes', '1d', '<unknown>'])('"%s" is none', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0s'],
  [300, '300ms'],
  [10_000, '10s'],
  [300_000, '5m0s'],
  [3_600_000, '1h0m0s'],
  [90_500, '1m30.5s'],
])('%d ms is printed as %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
