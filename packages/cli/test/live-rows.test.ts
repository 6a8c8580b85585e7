import type { BakeEvent } from '@bake/core';
import { expect, test } from '@jest/globals';
import { LiveRows } from '../src/views/live-rows.ts';

const time = new Date(0).toISOString();
const second = 1000;

function rowsOf(builds: readonly string[], events: readonly object[]): LiveRows {
  const rows = new LiveRows();
  const runStart = { type: 'run-start', runUuid: '', builds, debug: false };
  for (const event of [runStart, ...events]) rows.add({ time, ...event } as BakeEvent);
  return rows;
}

const start = (build: string): object => ({ type: 'build-start', build });
const step = (build: string, name: string, id = '1'): object => ({
  type: 'step-start',
  build,
  step: id,
  kind: 'builder',
  name,
});
const progress = (report: object): object => ({
  type: 'progress',
  build: 'a.b',
  label: 'disk.img',
  unit: 'bytes',
  ...report,
});

test.each([
  { name: 'a build without a step', events: [start('a.b')], want: '⠋  a.b  7.0s' },
  {
    name: 'the innermost step',
    events: [start('a.b'), step('a.b', 'outer'), step('a.b', 'inner', '2')],
    want: '⠋  a.b  7.0s  inner',
  },
  {
    name: 'the outer step when the inner one is over',
    events: [
      start('a.b'),
      step('a.b', 'outer'),
      step('a.b', 'inner', '2'),
      { type: 'step-end', build: 'a.b', step: '2', outcome: 'ok', milliseconds: 1 },
    ],
    want: '⠋  a.b  7.0s  outer',
  },
  {
    name: 'a bar',
    events: [start('a.b'), step('a.b', 'copy'), progress({ done: 512, total: 1024 })],
    want: '⠋  a.b  7.0s  copy  [##########..........] 50%  disk.img',
  },
  {
    name: 'a percentage',
    events: [start('a.b'), progress({ done: 99.9, unit: 'percent' })],
    want: '⠋  a.b  7.0s  [####################] 99%  disk.img',
  },
  {
    name: 'more than was expected',
    events: [start('a.b'), progress({ done: 3000, total: 1024 })],
    want: '⠋  a.b  7.0s  [####################] 100%  disk.img',
  },
  {
    name: 'a transfer of unknown size',
    events: [start('a.b'), progress({ done: 5_242_880 })],
    want: '⠋  a.b  7.0s  disk.img 5.0 MiB',
  },
  {
    name: 'an empty file',
    events: [start('a.b'), progress({ done: 0, total: 0 })],
    want: '⠋  a.b  7.0s  disk.img 0 KiB',
  },
  {
    name: 'no bar of an earlier step',
    events: [start('a.b'), progress({ done: 1, total: 2 }), step('a.b', 'next')],
    want: '⠋  a.b  7.0s  next',
  },
])('shows $name', ({ events, want }) => {
  expect(rowsOf(['a.b'], events).show(200, 10, 7 * second)).toEqual([want]);
});

test.each([
  { width: 10, want: '⠋  a.b  7.' },
  { width: 1, want: '⠋' },
  { width: 0, want: '' },
])('cuts a row to $width columns', ({ width, want }) => {
  expect(rowsOf(['a.b'], [start('a.b')]).show(width, 10, 7 * second)).toEqual([want]);
});

test('a long name gives way to what the build does', () => {
  const name = 'sandbox.a-name-that-is-longer-than-a-third-of-a-row';
  const rows = rowsOf([name], [start(name), step(name, 'connect')]);
  expect(rows.show(200, 10, 7 * second)).toEqual([`⠋  ${name}  7.0s  connect`]);
  expect(rows.show(60, 10, 7 * second)).toEqual(['⠋  sandbox.a-name-that-...  7.0s  connect']);
});

test('a character that may be wide never breaks a row, and a control character does nothing', () => {
  const rows = rowsOf(['x'], [start('x'), step('x', '漢字\u001b[2J漢字')]);
  expect(rows.show(16, 10, 7 * second)).toEqual(['⠋  x  7.0s  漢字']);
  expect(rows.show(200, 10, 7 * second)).toEqual(['⠋  x  7.0s  漢字 [2J漢字']);
});

test('builds that are over have no row, and those that wait are counted', () => {
  const end = { type: 'build-end', build: 'a', outcome: 'ok', milliseconds: 1 };
  const rows = rowsOf(['a', 'b', 'c', 'd'], [start('a'), start('b'), end]);
  expect(rows.show(80, 10, 0)).toEqual(['⠋  b  0ms', '  2 more waiting']);
});

test('there are never more rows than wanted', () => {
  const names = Array.from({ length: 9 }, (_, index) => `b${index}`);
  const rows = rowsOf(names, names.map(start));
  expect(rows.show(80, 3, 0)).toEqual(['⠋  b0  0ms', '⠋  b1  0ms', '  and 7 more']);
  expect(rows.show(80, 9, 0)).toHaveLength(9);
});
