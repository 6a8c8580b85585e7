import { readFileSync } from 'node:fs';
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

test.each(['null.[web', 'null.[', 'null.[]', '[!]', '[a-c0-9]', '[a-]', '[c-a]'])(
  '%s is refused',
  (pattern) => {
    expect(() => globToRegExp(pattern)).toThrow(SyntaxError);
  },
);

/** Patterns, names and what gobwas/glob v0.2.3, which Packer takes, says of them. */
const judged = JSON.parse(
  readFileSync(new URL('./fixtures/gobwas-glob.json', import.meta.url), 'utf8'),
) as readonly (readonly [pattern: string, name: string, answer: boolean | 'refused'])[];

test.each(judged)('%s on %s gives %s, as in gobwas/glob', (pattern, name, answer) => {
  if (answer === 'refused') expect(() => globToRegExp(pattern)).toThrow(SyntaxError);
  else expect(globToRegExp(pattern).test(name)).toBe(answer);
});

// gobwas/glob lets one "a" be both ends, counts bytes of some names and crashes on an empty "{" after others.
test.each([
  ['a*a', 'a', false],
  ['?]', 'é]', true],
  ['b{', 'b', true],
])('%s on %s gives %s, other than in gobwas/glob', (pattern, name, isMatch) => {
  expect(globToRegExp(pattern).test(name)).toBe(isMatch);
});
