import { expect, test } from '@jest/globals';
import { elapsed } from '../src/views/elapsed.ts';

test.each([
  [0, '0 microseconds'],
  [0.26, '260 microseconds'],
  [19.099, '19 milliseconds 99 microseconds'],
  [1, '1 millisecond'],
  [3021, '3 seconds 21 milliseconds'],
  [60_000, '1 minute'],
  [3_725_004, '1 hour 2 minutes'],
  [90_061_000, '1 day 1 hour'],
])('%d ms is %s', (milliseconds, text) => {
  expect(elapsed(milliseconds)).toBe(text);
});
