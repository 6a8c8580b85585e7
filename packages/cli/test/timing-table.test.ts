import type { BakeEvent } from '@bake/core';
import { expect, test } from '@jest/globals';
import type { Screen } from '../src/views/screen.ts';
import { shortTime, timingTable } from '../src/views/timing-table.ts';

test('shows how long builds and their steps took', () => {
  const shown: string[] = [];
  const explain = (text: string): void => void shown.push(text);
  const listener = timingTable({ explain } as Screen);
  const events = [
    { type: 'run-start', builds: ['null.a', 'b', 'never'] },
    { type: 'step-start', build: 'null.a', step: '1', kind: 'builder', name: 'connect' },
    { type: 'step-start', build: 'b', step: '1', kind: 'post-processor', name: 'zip' },
    { type: 'step-end', build: 'b', step: '1', outcome: 'failed', milliseconds: 61_000 },
    { type: 'step-end', build: 'null.a', step: '1', outcome: 'ok', milliseconds: 1250 },
    { type: 'build-end', build: 'b', outcome: 'failed', milliseconds: 61_500 },
    { type: 'build-end', build: 'null.a', outcome: 'ok', milliseconds: 1500 },
    { type: 'run-end' },
  ];
  for (const event of events) listener(event as unknown as BakeEvent);
  expect(shown.join('\n')).toBe(`
==> Time spent:
    null.a                   1.5s
      connect                1.2s
    b                       1m01s  failed
      post-processor zip    1m01s  failed`);
});

test.each([
  [0.4, '0ms'],
  [999.9, '999ms'],
  [1000, '1.0s'],
  [59_990, '59.9s'],
  [60_000, '1m00s'],
  [3_599_999, '59m59s'],
  [7_384_000, '2h03m'],
])('%d ms is %s', (milliseconds, text) => {
  expect(shortTime(milliseconds)).toBe(text);
});
