import { describe, expect, test } from '@jest/globals';
import {
  absolute,
  add,
  ceil,
  compareNums,
  divide,
  floor,
  formatNum,
  formatNumForConsole,
  isWhole,
  multiply,
  NoSuchNumber,
  type Num,
  negate,
  numFromDouble,
  numFromInteger,
  parseNum,
  remainder,
  restoreNum,
  sameNum,
  saveNum,
  subtract,
  toBigInt,
  toDouble,
} from '../../src/value/number.ts';

/** A number of text, of code (`int 3`) or of a double (`double 0.1`). */
function num(text: string): Num {
  if (text.startsWith('int ')) return numFromInteger(BigInt(text.slice(4)));
  if (text.startsWith('double ')) return numFromDouble(Number(text.slice(7)));
  const parsed = parseNum(text);
  if (parsed === undefined) throw new Error(`${text} is no number`);
  return parsed;
}

const third =
  '0.33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335';

describe('parseNum', () => {
  test.each([
    ['0', '0'],
    ['-0', '-0'],
    ['0012', '12'],
    ['1e3', '1000'],
    ['1E-2', '0.01'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+1', '1'],
    ['1p3', '8'],
    ['1.10', '1.1'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890.123', '123456789012345678901234567890.123'],
    ['1e30', '1000000000000000000000000000000'],
    ['Inf', '+Inf'],
    ['-inf', '-Inf'],
    ['0e99999999', '0'],
  ])('reads %s', (text, shown) => {
    expect(formatNum(num(text))).toBe(shown);
  });

  test.each(['', ' 1', '1 ', '0x10', '1_000', '1e', '.', 'e5', 'nan', '--1', '1,5', '1e1000001'])(
    'refuses "%s"',
    (text) => {
      expect(parseNum(text)).toBeUndefined();
    },
  );
});

describe('arithmetic', () => {
  test.each<[string, (a: Num, b: Num) => Num, string, string]>([
    ['0.1', add, '0.2', '0.3'],
    ['9007199254740991', add, '1', '9007199254740992'],
    ['1e100', subtract, '1', `${'9'.repeat(100)}`],
    ['1', add, '-1', '0'],
    ['9007199254740993', multiply, '9007199254740993', '81129638414606699710187514626049'],
    ['0', multiply, '-1', '-0'],
    ['1', divide, '3', third],
    ['int 1', divide, 'int 3', '0.33333333333333333334'],
    ['double 1', divide, 'double 3', '0.3333333333333333'],
    ['int 1', divide, '3', third],
    ['6', divide, '-4', '-1.5'],
    ['1', divide, '0', '+Inf'],
    ['-1', divide, '0', '-Inf'],
    ['5', remainder, '3', '2'],
    ['-5', remainder, '3', '-2'],
    ['5', remainder, '-3', '2'],
    ['5.5', remainder, '2', '1.5'],
    ['-4', remainder, '2', '0'],
    ['5', remainder, '0', '5'],
    ['1e30', remainder, '7', '1'],
  ])('%s %p %s', (a, operation, b, result) => {
    expect(formatNum(operation(num(a), num(b)))).toBe(result);
  });

  test.each<[string, (a: Num, b: Num) => Num, string]>([
    ['0', divide, '0'],
    ['Inf', subtract, 'Inf'],
    ['Inf', divide, 'Inf'],
    ['0', multiply, 'Inf'],
    ['Inf', remainder, '2'],
    ['2', remainder, 'Inf'],
  ])('has no number for %s %p %s', (a, operation, b) => {
    expect(() => operation(num(a), num(b))).toThrow(NoSuchNumber);
  });

  test.each([
    ['1.5', '1', '2'],
    ['-1.5', '-2', '-1'],
    ['3', '3', '3'],
    ['int 3', '3', '3'],
    ['1e-50', '0', '1'],
    ['-Inf', '-Inf', '-Inf'],
  ])('floor and ceil of %s', (text, low, high) => {
    expect([formatNum(floor(num(text))), formatNum(ceil(num(text)))]).toEqual([low, high]);
  });

  test('negate and absolute', () => {
    expect(formatNum(negate(num('0')))).toBe('-0');
    expect(formatNum(absolute(num('-1.5')))).toBe('1.5');
    expect(formatNum(absolute(negate(num('7'))))).toBe('7');
  });
});

describe('comparison', () => {
  test.each<[string, -1 | 0 | 1, string]>([
    ['1', -1, '1.5'],
    ['-2', -1, '-1.5'],
    ['1e400', 1, '1e399'],
    ['0', 0, '-0'],
    ['int 5', 0, '5'],
    ['Inf', 1, '1e1000'],
    ['-Inf', -1, '-1e1000'],
    ['Inf', 0, '+Inf'],
    ['-Inf', -1, 'Inf'],
  ])('%s against %s is %i', (a, order, b) => {
    expect(compareNums(num(a), num(b))).toBe(order);
    expect(compareNums(num(b), num(a))).toBe(order === 0 ? 0 : -order);
  });

  test('fractions are the same when they print alike, though their bits differ', () => {
    expect(compareNums(num('0.1'), num('double 0.1'))).not.toBe(0);
    expect(sameNum(num('0.1'), num('double 0.1'))).toBe(true);
    expect(sameNum(num('0.1'), num('0.2'))).toBe(false);
    expect(sameNum(num('-0'), num('0'))).toBe(true);
  });
});

describe('conversion', () => {
  test.each([
    ['1e400', Number.POSITIVE_INFINITY],
    ['1e-400', 0],
    ['5e-324', 5e-324],
    ['2.5e-324', 5e-324],
    ['2.4e-324', 0],
    ['1e-310', 1e-310],
    ['0.1', 0.1],
    ['-1.7976931348623157e308', -Number.MAX_VALUE],
    ['9007199254740993', 9007199254740992],
    ['9007199254740995', 9007199254740996],
  ])('the double nearest to %s', (text, double) => {
    expect(toDouble(num(text))).toBe(double);
  });

  test('toBigInt refuses what is not whole', () => {
    expect(toBigInt(num('1e20'))).toBe(10n ** 20n);
    expect(isWhole(num('1.5'))).toBe(false);
    expect(() => toBigInt(num('1.5'))).toThrow(RangeError);
  });

  test.each([
    ['1e18', '1000000000000000000'],
    ['9223372036854775808', '9.223372036854776e+18'],
    ['1e20', '1e+20'],
    ['1234567.5', '1.2345675e+06'],
    ['123456.5', '123456.5'],
    ['0.00001', '1e-05'],
    ['1e400', '+Inf'],
    ['-0', '0'],
  ])('%s shows as %s in the console', (text, shown) => {
    expect(formatNumForConsole(num(text))).toBe(shown);
  });

  test.each(['0.1', '-0', '1e30', 'int 7', 'double 0.1', 'Inf', '-1e-30'])(
    '%s is the same after saveNum and restoreNum',
    (text) => {
      const saved = saveNum(num(text));
      const restored = restoreNum(...saved);
      expect(saveNum(restored as Num)).toEqual(saved);
      expect(compareNums(restored as Num, num(text))).toBe(0);
    },
  );
});
