import { expect, test } from '@jest/globals';
import {
  parseConstraints,
  parseVersion,
  satisfies,
  type Version,
} from '../src/config/version-constraint.ts';

test.each([
  ['>= 1.6.0', '1.16.0', true],
  ['>= 1.16.1', '1.16.0', false],
  ['~> 1.2', '1.16.0', true],
  ['~> 1.2.0', '1.16.0', false],
  ['~> 1.2.3', '1.2.9', true],
  ['~> 1.2.3', '1.2.2', false],
  ['~> 2', '3.0.0', true],
  ['~> 2', '1.9.0', false],
  ['~> 0', '1.6.6', true],
  ['~> 0.9', '1.6.6', false],
  ['= 1.16', '1.16.0', true],
  ['1.16.0', '1.16.0', true],
  ['!= 1.16.0', '1.16.0', false],
  ['> 1.0, < 2.0', '1.16.0', true],
  ['> 1.0, < 1.5', '1.16.0', false],
  ['< 1.0.0', '1.0.0-beta1', false],
  ['< 1.0.0-rc1', '1.0.0-beta1', true],
  ['>= 1.0.0-alpha', '1.1.0-beta1', false],
  ['!= 1.0.0', '1.0.0-beta1', true],
  ['>= 1.0.0-rc1', '1.16.0', true],
  ['~> 1.15.0-rc1', '1.15.2', false],
  ['~> 1.16.0.0', '1.16.0', false],
  ['= 1.0.0beta1', '1.0.0-beta1', true],
  ['>= v1.0.0-alpha.2', '1.0.0-alpha.10', true],
])('%s on %s gives %s', (constraint, version, isFit) => {
  const constraints = parseConstraints(constraint);
  expect(constraints).toBeDefined();
  expect(satisfies(parseVersion(version) as Version, constraints ?? [])).toBe(isFit);
});

test.each(['', 'latest', '>= ', '=> 1.0', '1.0 1.1'])('"%s" is no constraint', (text) => {
  expect(parseConstraints(text)).toBeUndefined();
});
