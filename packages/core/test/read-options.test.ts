import { nullValue, objectValue, stringValue, tupleValue, type Value } from '@bake/hcl';
import { object, string } from '@bake/plugin-sdk';
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

test('letter case matters in a choice unless its option says that it does not', () => {
  const schema = {
    strict: string('A choice.', { oneOf: ['up', 'down'] }),
    system: string('Another.', { oneOf: ['unix', 'windows'], anyCase: true }),
  };
  const read = (text: string): readonly unknown[] => {
    const given = objectValue({ strict: stringValue(text), system: stringValue(text) });
    const complaints: unknown[] = [];
    const { config } = readOptions(schema, given, verbatim, (path) => complaints.push(path));
    return [config['system'], complaints];
  };
  expect(read('Windows')).toEqual(['windows', ['strict']]);
  expect(read('Up')).toEqual(['Up', ['strict', 'system']]);
});

test('an object is taken with whatever is in it, and nothing else is one', () => {
  const schema = { json: object('Anything.') };
  const range = { source: { name: 'a.pkr.hcl', text: '' }, start: 0, end: 0 };
  const read = (json: Value): readonly unknown[] => {
    const said: string[] = [];
    const { config } = readOptions(schema, objectValue({ json }), verbatim, (_, describe) =>
      said.push(describe(range).detail),
    );
    return [config['json'], said];
  };
  const nothing = nullValue();
  const deep = objectValue({ a: tupleValue([stringValue('b'), nothing]) });
  expect(read(deep)).toEqual([{ a: ['b', null] }, []]);
  expect(read(nothing)).toEqual([undefined, []]);
  const wrong = 'Inappropriate value for attribute "json": object required.';
  expect(read(tupleValue([deep]))[1]).toEqual([wrong]);
  expect(read(stringValue('{}'))[1]).toEqual([wrong]);
});
