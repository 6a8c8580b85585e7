import { describe, expect, test } from '@jest/globals';
import { renderShort, renderValue } from '../../src/value/render.ts';
import { markSensitive, tupleValue, unknownValue } from '../../src/value/value.ts';
import { made } from '../eval/evaluating.ts';

describe('renderValue', () => {
  test('lays structures out as Packer does', () => {
    expect(renderValue(made('{b = [1, "x"], a = null, "c d" = {e = {}}}'))).toMatchInlineSnapshot(`
"{
  "b" = [
    1,
    "x",
  ]
  "c d" = {
    "e" = {}
  }
}"
`);
  });

  test('shows a string bare, and quoted inside', () => {
    expect(renderValue(made('"a\\nb"'))).toBe('a\nb');
    expect(renderValue(made('["a\\nb"]'))).toBe('[\n  "a\\nb",\n]');
  });

  test('hides secrets, and everything when something is unknown', () => {
    expect(renderValue(tupleValue([markSensitive(made('1'))]))).toBe('[\n  <sensitive>,\n]');
    expect(renderValue(markSensitive(made('"x"')))).toBe('<sensitive>');
    expect(renderValue(tupleValue([unknownValue()]))).toBe('<unknown>');
  });
});

describe('renderShort', () => {
  test.each([
    ['8080', '8080'],
    ['"web"', '"web"'],
    ['[1, "a", {b = true}]', '[1, "a", { b = true }]'],
    ['{}', '{}'],
    ['null', 'null'],
  ])('%s', (text, shown) => {
    expect(renderShort(made(text))).toBe(shown);
  });

  test('stays within its limit', () => {
    const long = made(`["${'x'.repeat(200)}", "b"]`);
    expect(renderShort(long).length).toBeLessThanOrEqual(60);
    expect(renderShort(made(`"${'x'.repeat(200)}"`), 20)).toBe('"xxxxxxxxxxxxxxx..."');
    expect(renderShort(made('[1, 2, 3, 4, 5, 6, 7, 8, 9]'), 20)).toBe('[1, 2, 3, 4, 5, ...]');
  });

  test('hides secrets', () => {
    expect(renderShort(tupleValue([markSensitive(made('"x"')), made('2')]))).toBe(
      '[<sensitive>, 2]',
    );
  });
});
