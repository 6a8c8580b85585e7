import { expect, test } from '@jest/globals';
import { fileRecord, folderRecord, parseRecord } from '../src/ssh/scp-record.ts';
import { shellPath } from '../src/ssh/shell-path.ts';

test.each([
  { line: 'C0644 0 x', record: { kind: 'file', mode: 0o644, size: 0, name: 'x' } },
  {
    line: 'C4755 5000000000 a b  c ',
    record: { kind: 'file', mode: 0o4755, size: 5_000_000_000, name: 'a b  c ' },
  },
  { line: 'D0700 0 deep', record: { kind: 'folder', mode: 0o700, name: 'deep' } },
  { line: 'E', record: { kind: 'end' } },
  { line: 'T1700000000 0 1700000000 0', record: { kind: 'times' } },
  { line: 'C0644 12', record: undefined },
  { line: 'C0944 12 x', record: undefined },
  { line: 'C0644 -1 x', record: undefined },
  { line: 'Command not found', record: undefined },
  { line: '', record: undefined },
])('parseRecord understands "$line"', ({ line, record }) => {
  expect(parseRecord(line)).toEqual(record);
});

test('records are written as they are read', () => {
  expect(fileRecord('a b', 0o100755, 2 ** 32)).toBe('C0755 4294967296 a b\n');
  expect(folderRecord('d', 0o7)).toBe('D0007 0 d\n');
});

test.each([
  { path: '/tmp/x-1.tar.gz', word: '/tmp/x-1.tar.gz' },
  { path: 'C:/Windows/Temp', word: 'C:/Windows/Temp' },
  { path: '/two words', word: "'/two words'" },
  { path: "/it's", word: "'/it'\\''s'" },
  { path: '~/two words', word: "~'/two words'" },
  { path: '~user/x', word: '~user/x' },
  { path: '~ x', word: "'~ x'" },
  { path: '-rf', word: './-rf' },
  { path: '$HOME/a b', word: '"$HOME"\'/a b\'' },
  { path: '/x/${NAME}y', word: '/x/"${NAME}"y' },
  { path: '/price $5', word: "'/price $5'" },
])('shellPath writes $path so that shells understand it', ({ path, word }) => {
  expect(shellPath(path)).toBe(word);
});
