import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { jsonOf, problemsOf, resultOf } from './evaluation.ts';
import { askPacker, isPackerHere, jsonFromPacker } from './packer-console.ts';
import { randomExpressions } from './random-expressions.ts';

/** Debian's Packer 1.6.6 is compared with where it has the function and later versions changed nothing. */
const title = isPackerHere
  ? 'as packer console'
  : 'as packer console (skipped: no packer on the PATH)';

(isPackerHere ? describe : describe.skip)(title, () => {
  test('gives the same for what is written out here', () => {
    expectSame(linesOf('same-as-packer.txt'));
  });

  test.each([1, 2, 3, 4, 5])(
    'gives the same for generated calls, seed %d',
    (seed) => {
      expectSame(randomExpressions(seed, 300));
    },
    30_000,
  );

  test('maps the case of letters', () => {
    const ranges = [
      [0xa0, 0x52f],
      [0x10a0, 0x10ff],
      [0x1e00, 0x1fff],
      [0x2100, 0x218f],
      [0x10400, 0x1044f],
    ];
    // Their capitals are younger than Packer 1.6.6.
    const young = ['\u019b', '\u0264'];
    const letters = ranges
      .flatMap(([first = 0, last = 0]) =>
        Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)),
      )
      .filter((letter) => !young.includes(letter) && /\p{L}/u.test(letter));
    const text = JSON.stringify(letters.join(' '));
    expectSame(['upper', 'lower', 'title'].map((name) => `${name}(${text})`));
  });

  test('writes times by Go layouts', () => {
    const parts = [
      'Jan',
      'January',
      '1',
      '01',
      '2',
      '_2',
      '02',
      '__2',
      '002',
      '3',
      '03',
      '15',
      '4',
      '04',
      '5',
      '05',
      '06',
      '2006',
      '_2006',
      '__2006',
      'PM',
      'pm',
      'Mon',
      'Monday',
      'MST',
      '-07',
      '-0700',
      '-07:00',
      '-070000',
      '-07:00:00',
      'Z07',
      'Z0700',
      'Z07:00',
      'Z070000',
      'Z07:00:00',
      '05.000',
      '05.999',
      '05,00',
      '.0',
      '.00x',
      '.0001',
      '.9.',
      'Janus',
      'Jan.',
      'Month',
      '20060102',
      '150405',
      '0',
      '00',
      '_',
      '__',
      'P',
      'Z',
      '-',
      '07',
      '12',
      '22',
      'é',
    ];
    const layouts = [...parts, parts.join(' '), parts.join('')];
    const first = '2006-01-02T15:04:05.000Z07:00';
    const line = [first, ...layouts].map((layout) => `{{isotime "${layout}"}}`).join('\t');
    const [time = '', ...want] = askPacker(line, 'legacy').text.split('\t');
    const startTime = new Date(time);
    const got = layouts.map((layout) => resultOf(`legacy_isotime("${layout}")`, { startTime }));
    expect(got.map((value) => value.kind === 'string' && value.value)).toEqual(want);
  });

  test('refuses what packer refuses', () => {
    const expressions = linesOf('refused-by-packer.txt');
    const accepted = jsonFromPacker(expressions).map((json, index) => [
      expressions[index],
      json === 'refused' && problemsOf(expressions[index] ?? '') !== '',
    ]);
    expect(accepted.filter(([, isRefused]) => !isRefused)).toEqual([]);
  });
});

function expectSame(expressions: readonly string[]): void {
  const want = jsonFromPacker(expressions);
  const got = expressions.map((expression) =>
    problemsOf(expression) === '' ? jsonOf(`jsonencode([${expression}])`) : '"refused"',
  );
  const differences = expressions.flatMap((expression, index) => {
    const given: unknown = JSON.parse(got[index] ?? '""');
    return given === want[index] ? [] : [{ expression, packer: want[index], bake: given }];
  });
  expect(differences).toEqual([]);
}

/** One expression a line. */
function linesOf(fixture: string): readonly string[] {
  const text = readFileSync(new URL(`./fixtures/${fixture}`, import.meta.url), 'utf8');
  return text.trimEnd().split('\n');
}
