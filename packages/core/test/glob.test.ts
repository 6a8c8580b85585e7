import { expect, test } from '@jest/globals';
import { globToRegExp } from '../src/plan/glob.ts';

test.each([
  ['null.web', 'null.web', true],
  ['null.web', 'null.webs', false],
  ['null.*', 'null.web', true],
  ['*web', 'prod.null.web', true],
  ['prod.*', 'prod.null.web', true],
  ['null.w?b', 'null.web', true],
  ['null.w?b', 'null.weeb', false],
  ['null.[vw]eb', 'null.web', true],
  ['null.[!w]eb', 'null.web', false],
  ['null.[a-z]eb', 'null.web', true],
  ['null.{web,db}', 'null.db', true],
  ['null.{web,db}', 'null.dc', false],
  ['null\\*', 'null*', true],
  ['null\\*', 'nullx', false],
  ['a.b', 'axb', false],
])('%s on %s gives %s', (pattern, name, isMatch) => {
  expect(globToRegExp(pattern).test(name)).toBe(isMatch);
});

test.each(['null.[web', 'null.{web'])('%s is refused', (pattern) => {
  expect(() => globToRegExp(pattern)).toThrow(SyntaxError);
});
