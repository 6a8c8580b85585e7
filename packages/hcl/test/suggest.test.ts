import { expect, test } from '@jest/globals';
import { suggest } from '../src/suggest.ts';

test.each([
  ['elsewhere', ['if', 'else', 'endif'], undefined],
  ['ednif', ['if', 'else', 'endif'], 'endif'],
  ['fo', ['for', 'if'], 'for'],
  ['instance_typ', ['instance_type', 'instance_name'], 'instance_type'],
  ['Region', ['region'], 'region'],
  ['image', ['size', 'name', 'tags'], undefined],
  ['x', ['y'], undefined],
  ['a', [], undefined],
  ['colour', ['color', 'colours'], 'color'],
])('suggest(%j) among %j is %j', (name, candidates, expected) => {
  expect(suggest(name, candidates)).toBe(expected);
});
