import { expect, test } from '@jest/globals';
import { lineDiff } from '../src/views/line-diff.ts';

const ten = Array.from({ length: 10 }, (_, index) => `${index + 1}`);

/** Ten lines, some with a space before them. */
function lines(...moved: readonly number[]): string {
  return ten.map((line, index) => `${moved.includes(index + 1) ? ' ' : ''}${line}\n`).join('');
}

test.each([
  { what: 'nothing', before: 'a\n', after: 'a\n', hunks: undefined },
  {
    what: 'the only line',
    before: 'a=1\n',
    after: 'a = 1\n',
    hunks: '@@ -1 +1 @@\n-a=1\n+a = 1\n',
  },
  {
    what: 'a line without a line break',
    before: 'a\n b',
    after: 'a\nb',
    hunks:
      '@@ -1,2 +1,2 @@\n a\n- b\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n',
  },
  {
    what: 'only lines near the change, at the start',
    before: lines(1),
    after: lines(),
    hunks: '@@ -1,4 +1,4 @@\n- 1\n+1\n 2\n 3\n 4\n',
  },
  {
    what: 'only lines near the change, at the end',
    before: lines(),
    after: lines(9),
    hunks: '@@ -6,5 +6,5 @@\n 6\n 7\n 8\n-9\n+ 9\n 10\n',
  },
  {
    what: 'changes together whose surroundings touch',
    before: lines(2, 3, 9),
    after: lines(),
    hunks: '@@ -1,10 +1,10 @@\n 1\n- 2\n- 3\n+2\n+3\n 4\n 5\n 6\n 7\n 8\n- 9\n+9\n 10\n',
  },
  {
    what: 'changes apart whose surroundings do not',
    before: lines(1, 9),
    after: lines(),
    hunks: '@@ -1,4 +1,4 @@\n- 1\n+1\n 2\n 3\n 4\n@@ -6,5 +6,5 @@\n 6\n 7\n 8\n- 9\n+9\n 10\n',
  },
])('lineDiff shows $what', ({ before, after, hunks }) => {
  const head = '--- old/x\n+++ new/x\n';
  expect(lineDiff('x', before, after)).toBe(hunks === undefined ? '' : head + hunks);
});
