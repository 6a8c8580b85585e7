import { describe, expect, test } from '@jest/globals';
import { jsonOf, problemsOf } from './evaluation.ts';

describe('a number function gives', () => {
  test.each([
    ['abs(-1.5)', '1.5'],
    ['abs(-12345678901234567890.5)', '12345678901234567890.5'],
    ['ceil(-1.5)', '-1'],
    ['ceil(12345678901234567890.5)', '12345678901234567891'],
    ['floor(-1.5)', '-2'],
    ['[ceil(-0), floor(-0), ceil(-0.5)]', '[0,0,0]'],
    ['format("is %v", pow(-0, -0.5))', '"is +Inf"'],
    ['pow(-1, 1 / 0)', '1'],
    ['format("is %v", ceil(1 / 0))', '"is +Inf"'],
    ['max(1, "2.5", -1)', '2.5'],
    ['min(3, 2)', '2'],
    ['log(8, 2)', '3'],
    ['log(1000, 10)', '2.9999999999999996'],
    ['log(14, 10)', '1.146128035678238'],
    ['log(2.65, 2)', '1.4059923596758368'],
    ['format("is %v", log(0, 2))', '"is -Inf"'],
    ['pow(2, 10)', '1024'],
    ['pow(2, 0.5)', '1.4142135623730951'],
    ['pow(2, -1)', '0.5'],
    ['pow(0, 0)', '1'],
    ['pow(0, 2)', '0'],
    ['pow(1.1, 10)', '2.593742460100002'],
    ['pow(10, 23)', '100000000000000000000000'],
    ['pow(3, 40)', '12157665459056929000'],
    ['pow(2.5, -3.5)', '0.040477154050155256'],
    ['pow(22, -0.61)', '0.15174771655813807'],
    ['pow(32, 0.900285433512181)', '22.649811955083987'],
    ['pow(-2, 3)', '-8'],
    ['format("is %v", pow(10, 400))', '"is +Inf"'],
    ['pow(10, -400)', '0'],
    ['pow(2, -1074) > 0', 'true'],
    ['signum(-3)', '-1'],
    ['signum(0)', '0'],
    ['signum("7")', '1'],
    ['parseint("fF", 16)', '255'],
    ['parseint("-7", 8)', '-7'],
    ['parseint("+7", 8)', '7'],
    ['parseint("zZ", 62)', '2231'],
    ['parseint("aA", 37)', '406'],
    ['parseint("123456789012345678901234567890", 10)', '123456789012345678901234567890'],
    ['sum([1, "2", 0.5])', '3.5'],
    ['sum(convert([1, 2, 2], set(number)))', '3'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });
});

describe('a number function refuses', () => {
  test.each([
    ['max()', 'Give at least one number.'],
    ['log(-1, 2)', 'There is no such number: log of -1 and 2.'],
    ['pow(-8, 0.5)', 'There is no such number: pow of -8 and 0.5.'],
    ['pow(1e309, 0)', '"number" of pow() does not do: The number is too large'],
    ['log(2, 1e309)', '"base" of log() does not do: The number is too large'],
    ['signum(1.5)', 'A whole number is needed, not 1.5.'],
    ['signum(99999999999999999999)', 'at most 64 bits'],
    ['signum(1 / 0)', 'A whole number is needed, not +Inf.'],
    ['parseint(10, 10)', 'This must be a string, not a number.'],
    ['parseint("g", 16)', '"g" is not a whole number in base 16.'],
    ['parseint("", 10)', '"" is not a whole number in base 10.'],
    ['parseint("1_0", 10)', '"1_0" is not a whole number in base 10.'],
    ['parseint("0x1", 16)', '"0x1" is not a whole number in base 16.'],
    [
      'parseint("1", 63)',
      '"base" of parseint() does not do: The base is 63; it must be from 2 to 62.',
    ],
    ['parseint("1", 1)', 'it must be from 2 to 62'],
    ['sum([])', 'There is nothing to add up'],
    ['sum([1, null])', 'Element 1 is null.'],
    ['sum(["x"])', 'a number is required'],
    ['sum("x")', 'This must be a list, set or tuple of numbers, not a string.'],
    ['sum([1 / 0, -1 / 0])', 'Infinities of both signs have no sum.'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});
