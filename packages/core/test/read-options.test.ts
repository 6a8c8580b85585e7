import { objectValue, stringValue } from '@bake/hcl';
import { string } from '@bake/plugin-sdk';
import { expect, test } from '@jest/globals';
import { verbatim } from '../src/components/go-templates.ts';
import { readOptions } from '../src/components/read-options.ts';

test('an empty text is as good as none for an option that has a default, as in Packer', () => {
  const schema = {
    path: string('A path.', { default: '/tmp' }),
    direction: string('A choice.', { oneOf: ['up', 'down'], default: 'up' }),
    note: string('Without a default.'),
  };
  const given = objectValue(
    Object.fromEntries(Object.keys(schema).map((name) => [name, stringValue('')])),
  );
  const complaints: unknown[] = [];
  const { config } = readOptions(schema, given, verbatim, (path) => complaints.push(path));
  expect(config).toEqual({ path: '/tmp', direction: 'up', note: '' });
  expect(complaints).toEqual([]);
});
