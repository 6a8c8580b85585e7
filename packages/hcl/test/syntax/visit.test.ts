import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/syntax/parse.ts';
import { visit } from '../../src/syntax/visit.ts';

test('visit enters and leaves in the order of the text, and skips where told', () => {
  const { value } = parseConfig({ name: 'x', text: 'a = [b]\nc { d = 1 }\n' });
  const steps: string[] = [];
  visit(value.body, {
    enter(node, parents) {
      steps.push(`${'  '.repeat(parents.length)}${node.kind}`);
      return node.kind === 'block' ? 'skip' : 'go-on';
    },
    leave(node) {
      if (node.kind === 'tuple' || node.kind === 'block') steps.push(`left ${node.kind}`);
    },
  });
  expect(steps).toEqual([
    'body',
    '  attribute',
    '    identifier',
    '    tuple',
    '      variable',
    'left tuple',
    '  block',
    'left block',
  ]);
});
