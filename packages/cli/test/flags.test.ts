import { expect, test } from '@jest/globals';
import { parseFlags } from '../src/arguments/flags.ts';

const specs = {
  var: { kind: 'strings', help: '' },
  only: { kind: 'list', help: '' },
  force: { kind: 'bool', help: '' },
  'parallel-builds': { kind: 'integer', help: '' },
  'on-error': { kind: 'string', oneOf: ['cleanup', 'abort'], help: '' },
} as const;

const none = {
  var: [],
  only: [],
  force: undefined,
  'parallel-builds': undefined,
  'on-error': undefined,
};

test.each([
  { line: '.', flags: {}, operands: ['.'] },
  { line: '-var a=1 --var b=2 .', flags: { var: ['a=1', 'b=2'] }, operands: ['.'] },
  { line: '-var=a=b=c .', flags: { var: ['a=b=c'] }, operands: ['.'] },
  { line: '-var -x=-y .', flags: { var: ['-x=-y'] }, operands: ['.'] },
  { line: '-only=a,b --only c .', flags: { only: ['a', 'b', 'c'] }, operands: ['.'] },
  { line: '-force .', flags: { force: true }, operands: ['.'] },
  { line: '--force=false .', flags: { force: false }, operands: ['.'] },
  { line: '-force true .', flags: { force: true }, operands: ['true', '.'] },
  { line: '-parallel-builds=2 .', flags: { 'parallel-builds': 2 }, operands: ['.'] },
  { line: '-on-error abort .', flags: { 'on-error': 'abort' }, operands: ['.'] },
  { line: '. -force', flags: {}, operands: ['.', '-force'] },
  { line: '-force -- -x', flags: { force: true }, operands: ['-x'] },
  { line: '-', flags: {}, operands: ['-'] },
])('reads $line as Go does', ({ line, flags, operands }) => {
  expect(parseFlags(line.split(' '), specs)).toEqual({ flags: { ...none, ...flags }, operands });
});

test.each([
  ['-nope .', 'There is no option -nope.'],
  ['-var', '-var needs a value.'],
  ['-force=maybe .', '-force is true or false, not "maybe".'],
  ['-parallel-builds=two .', '-parallel-builds needs a whole number, not "two".'],
  ['-on-error=ask .', '-on-error is one of cleanup, abort, not "ask".'],
])('refuses %s', (line, message) => {
  expect(() => parseFlags(line.split(' '), specs)).toThrow(message);
});
