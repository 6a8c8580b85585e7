import { describe, expect, test } from '@jest/globals';
import { valueToJson } from '../../src/index.ts';
import { problemsOf, resultOf } from './evaluation.ts';

describe('format gives', () => {
  test.each([
    ['"%v %v %v", "a", 1.5, null', 'a 1.5 null'],
    ['"%v|%v|%v", 1000000, 123456789, 0.00001', '1e+06|1.23456789e+08|1e-05'],
    ['"%v|%v|%v", [1, "<a>"], {b = true}, true', '[1,"\\u003ca\\u003e"]|{"b":true}|true'],
    ['"%#v|%#v|%v", "ab", 12, 1 / 0', '"ab"|12|+Inf'],
    ['"%5v|%-5v|%05v|%5.1v|", "ab", "ab", "ab", "abc"', '   ab|ab   |000ab|  abc|'],
    ['"%5s|%-5s|%-05s|", "é", "😀", "ab"', '    é|😀    |ab000|'],
    ['"%.2s|%5.1s|%.0s|", "abc", "xyz", "abc"', 'ab|    x|abc|'],
    ['"%s %s %s", true, 1000000, "x"', 'true 1000000 x'],
    ['"%q %q %.1q", "<a>é\\n\\"", 12, "abc"', '"\\u003ca\\u003eé\\n\\"" "12" "a"'],
    ['"%t|%6t", "true", false', 'true| false'],
    ['"%d %d %d", 12, "12", 12345678901234567890123456789', '12 12 12345678901234567890123456789'],
    [
      '"%05d|%+d|% d|%.5d|%8.5d|%-8d|", 42, 42, 42, 42, 42, 42',
      '00042|+42| 42|00042|   00042|42      |',
    ],
    [
      '"%-08d|%+08d|% 08d|%08d|%08.3d|", 42, 42, 42, -42, 7',
      '42      |+0000042| 0000042|-0000042|     007|',
    ],
    [
      '"%x %X %#x %#X %o %#o %b %#b", 255, 255, 255, -255, 8, 8, 5, 5',
      'ff FF 0xff -0XFF 10 010 101 0b101',
    ],
    ['"%#08x|%.d|%5.d|", 255, 0, 0', '0x0000ff|||'],
    [
      '"%f|%.2f|%8.3f|%-8.1f|%08.2f|%+f|% f|", 1.5, 1.005, 2.5, 2.5, -2.5, 1, 1',
      '1.500000|1.00|   2.500|2.5     |-0002.50|+1.000000| 1.000000|',
    ],
    ['"%.0f %.0f %.0f %.1f %.2f", 0.5, 1.5, 2.5, 0.05, 99.995', '0 2 2 0.1 100.00'],
    [
      '"%e %E %.3e %10.3e", 12345.678, 12345.678, 12345.678, 1234.5',
      '1.234568e+04 1.234568E+04 1.235e+04  1.234e+03',
    ],
    [
      '"%g %g %g %G %.3g", 100000, 1000000, 0.0001, 0.0000001, 12345.678',
      '100000 1e+06 0.0001 1E-07 1.23e+04',
    ],
    ['"%.3g|%.10g|%010g|%.20g", 1000000, 1000000, 1.5, 0.1', '1e+06|1000000|00000001.5|0.1'],
    ['"%f %e %g", 0, 0, 0', '0.000000 0.000000e+00 0'],
    ['"%f|%+f|% f|%8.1f", 1 / 0, 1 / 0, 1 / 0, -1 / 0', '+Inf|+Inf| Inf|    -Inf'],
    ['"%.25f", 0.1', '0.1000000000000000000000000'],
    ['"%f", 123456789012345678901234567890.5', '123456789012345678901234567890.500000'],
    ['"%[2]d %[1]d %d", 1, 2', '2 1 2'],
    ['"%5[1]d|%5.2[1]f", 1', '    1| 1.00'],
    ['"100%%"', '100%'],
    ['""', ''],
  ])('%s = %s', (args, text) => {
    expect(resultOf(`format(${args})`)).toMatchObject({ value: text });
  });
});

describe('formatlist gives', () => {
  test.each([
    ['"%s-%s", ["a", "b"], "x"', '["a-x","b-x"]'],
    ['"%s=%d", ["a", "b"], [1, 2]', '["a=1","b=2"]'],
    ['"%s", "x"', '["x"]'],
    ['"x"', '["x"]'],
    ['"%s%s", [], "a"', '[]'],
    ['"%v", [null]', '["null"]'],
    ['"%v", {a = 1}', '["{\\"a\\":1}"]'],
  ])('%s = %s', (args, json) => {
    expect(valueToJson(resultOf(`formatlist(${args})`))).toBe(json);
  });
});

describe('format refuses', () => {
  test.each([
    [
      'format("%z", 1)',
      '"%z" has no meaning; the letters are v, t, b, d, o, x, X, e, E, f, g, G, s, q.',
    ],
    ['format("%", 1)', 'The format ends within "%"; write "%%" for a percent sign.'],
    ['format("%9999999999d", 1)', '"%9999999999d" asks for more than 1000000 characters.'],
    ['format("%.9999999999f", 1)', 'asks for more than 1000000 characters.'],
    ['format("%5", 1)', 'The format ends within "%5"'],
    ['format("%5%|")', '"%" can\'t stand after "%5" in a format.'],
    ['format("%*d", 5, 1)', '"*" can\'t stand after "%" in a format.'],
    ['format("%[0]d", 1)', '"[" can\'t stand after "%" in a format.'],
    ['format("%[1]5d", 1)', '"5" can\'t stand after "%[1]" in a format.'],
    ['format("%d")', '"%d" in the format needs value 1, but the number of values is 0.'],
    [
      'format("%[3]d", 1, 2)',
      '"%[3]d" in the format needs value 3, but the number of values is 2.',
    ],
    ['format("%d", 1, 2)', 'The format has no verb for value 2.'],
    ['format("%[1]d", 1, 2)', 'The format has no verb for value 2.'],
    ['format("a", 1)', 'The format has no verb for value 1.'],
    ['format("%s", null)', '"%s" can\'t show null; only %v can.'],
    ['format("%s", [1])', '"%s" can\'t show this value: string required'],
    ['format("%d", "x")', '"%d" can\'t show this value: a number is required.'],
    ['format("%d", 1.5)', '"%d" needs a whole number.'],
    ['format("%d", 1 / 0)', '"%d" needs a whole number.'],
    ['format("%t", 1)', '"%t" can\'t show this value: bool required'],
    ['format("%v", [1 / 0])', 'There is an infinite number in it'],
    [
      'formatlist("%s-%s", ["a", "b"], ["x"])',
      'The length of this list is 1, that of the one before 2',
    ],
    ['formatlist("%s", [null])', '"%s" can\'t show null'],
    ['formatlist("%s", [1], ["a"])', 'The format has no verb for value 2.'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});
