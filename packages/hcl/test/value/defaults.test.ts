import { expect, test } from '@jest/globals';
import { Diagnostics } from '../../src/diagnostic.ts';
import { typeFromExpression } from '../../src/eval/type-expression.ts';
import { convert } from '../../src/value/convert.ts';
import { applyDefaults } from '../../src/value/defaults.ts';
import { encodeValue } from '../../src/value/encode.ts';
import { boolType } from '../../src/value/type.ts';
import { markSensitive, objectValue, unknownValue } from '../../src/value/value.ts';
import { made, parsed } from '../eval/evaluating.ts';

test.each([
  ['{}', 'object({a = optional(number, 8)})', { a: 8 }],
  ['{a = null}', 'object({a = optional(number, 8)})', { a: 8 }],
  ['{a = 1}', 'object({a = optional(number, 8)})', { a: 1 }],
  ['{}', 'object({a = optional(string)})', { a: { $: 'null', type: 'string' } }],
  ['[{}, {a = 1}]', 'list(object({a = optional(string, "x")}))', [{ a: 'x' }, { a: '1' }]],
  ['{k = {}}', 'map(object({a = optional(bool, true)}))', { k: { a: true } }],
  ['[{}, 1]', 'tuple([object({a = optional(bool, true)}), number])', [{ a: true }, 1]],
  ['{}', 'object({a = optional(object({b = optional(string, "x")}), {})})', { a: { b: 'x' } }],
  ['{a = {}}', 'object({a = object({b = optional(list(string), [])})})', { a: { b: [] } }],
])('%s as %s', (text, type, result) => {
  const diagnostics = new Diagnostics();
  const constraint = typeFromExpression(parsed(type), diagnostics);
  expect(diagnostics.list).toEqual([]);
  const value = convert(applyDefaults(made(text), constraint.defaults), constraint.type);
  expect(plain(encodeValue(value))).toEqual(result);
});

test('keeps the mark of a secret', () => {
  const { defaults } = typeFromExpression(
    parsed('object({a = optional(number, 8)})'),
    new Diagnostics(),
  );
  const value = applyDefaults(markSensitive(made('{}')), defaults);
  expect(encodeValue(value)).toEqual({ $: 'sensitive', value: { a: 8 } });
});

test.each([
  ['object({a = optional(string, "x")})', true],
  ['object({a = optional(any, "x")})', true],
  ['object({a = optional(string, null)})', undefined],
  ['object({a = optional(string)})', undefined],
])('an unknown attribute of %s is never null: %s', (type, notNull) => {
  const { defaults, type: wanted } = typeFromExpression(parsed(type), new Diagnostics());
  const given = objectValue([['a', markSensitive(unknownValue(boolType))]]);
  const { a } = encodeValue(convert(applyDefaults(given, defaults), wanted)) as {
    readonly a: { readonly $: string; readonly value: { readonly notNull?: true } };
  };
  expect(a.$).toBe('sensitive');
  expect(a.value.notNull).toBe(notNull);
});

/** Without the types of collections. */
function plain(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(plain);
  const { $: tag, items, entries } = data as Record<string, unknown>;
  if (tag === 'list') return plain(items);
  if (tag === 'map') return plain(entries);
  if (tag !== undefined) return data;
  return Object.fromEntries(Object.entries(data).map(([name, part]) => [name, plain(part)]));
}
