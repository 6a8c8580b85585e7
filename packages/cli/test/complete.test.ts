import {
  markSensitive,
  objectValue,
  type Scope,
  standardFunctions,
  stringValue,
  unknownValue,
} from '@bake/hcl';
import { expect, test } from '@jest/globals';
import { complete } from '../src/console/complete.ts';

const text = stringValue('x');
const tree = objectValue({ branch: objectValue({ leaf: text }), 'not a name': text });
const scope: Scope = {
  variables: new Map([
    ['var', objectValue({ tree, trunk: text, later: unknownValue() })],
    ['local', objectValue({ secret: markSensitive(objectValue({ inside: text })) })],
  ]),
  functions: standardFunctions,
};

test.each([
  { line: '', to: ['var.', 'local.', 'exit', 'help', 'variables'] },
  { line: 'va', to: ['var.', 'variables', 'values(', 'vault('] },
  { line: '[va', to: ['var.', 'values(', 'vault('] },
  { line: 'upp', to: ['upper('] },
  { line: '1 + var.tr', to: ['var.tree', 'var.trunk'] },
  { line: '"${var.tree.', to: ['var.tree.branch'] },
  { line: 'var.tree.branch.l', to: ['var.tree.branch.leaf'] },
  { line: 'var.trunk.', to: [] },
  { line: 'var.later.', to: [] },
  { line: 'var.nothing.at.all', to: [] },
  { line: 'local.secret.', to: [] },
  { line: 'nobody.', to: [] },
  { line: 'f().up', to: [] },
  { line: '12up', to: [] },
])('"$line" is completed to $to', ({ line, to }) => {
  const [candidates, part] = complete(line, scope);
  expect(candidates.toSorted()).toEqual(to.toSorted());
  expect(line.endsWith(part)).toBe(true);
});
