import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lex } from '../../src/syntax/lexer.ts';
import { TokenKind } from '../../src/syntax/token.ts';
import { generateMutant, generateTemplate, Random } from '../generate-program.ts';

const kindNames = new Map(Object.entries(TokenKind).map(([name, kind]) => [kind as number, name]));

/** Kinds and texts of the tokens, without the end of the file. */
function tokens(text: string, mode: 'code' | 'template' = 'code'): readonly string[] {
  const { count, data } = lex({ name: 'x', text }, mode).tokens;
  return Array.from({ length: count - 1 }, (_, index) => {
    const [kind = -1, start, end] = data.subarray(3 * index, 3 * index + 3);
    return `${kindNames.get(kind)} ${JSON.stringify(text.slice(start, end))}`;
  });
}

describe('lex', () => {
  test.each([
    ['a-b -c', ['identifier "a-b"', 'minus "-"', 'identifier "c"']],
    ['_x9 é名 a\u0301', ['identifier "_x9"', 'identifier "é名"', 'identifier "a\u0301"']],
    ['1.5e3 1. 2', ['number "1.5e3"', 'number "1"', 'dot "."', 'number "2"']],
    ['1...2', ['number "1...2"']],
    [
      '1e 1e+ 1e+5',
      ['number "1"', 'identifier "e"', 'number "1"', 'identifier "e"', 'plus "+"', 'number "1e+5"'],
    ],
    ['a.0.1', ['identifier "a"', 'dot "."', 'number "0.1"']],
    [
      '== => = != ! <= >= ...',
      [
        'equalEqual "=="',
        'fatArrow "=>"',
        'equal "="',
        'notEqual "!="',
        'bang "!"',
        'lessEqual "<="',
        'greaterEqual ">="',
        'ellipsis "..."',
      ],
    ],
    ['a::b :', ['identifier "a"', 'doubleColon "::"', 'identifier "b"', 'colon ":"']],
    ['a\r\nb', ['identifier "a"', 'newline "\\r\\n"', 'identifier "b"']],
    ['a # b\nc', ['identifier "a"', 'newline "\\n"', 'identifier "c"']],
    ['"a$${b}"', ['openQuote "\\""', 'escapedText "a$${b}"', 'closeQuote "\\""']],
    [
      '"a${b}"',
      [
        'openQuote "\\""',
        'quotedText "a"',
        'openInterpolation "${"',
        'identifier "b"',
        'closeSequence "}"',
        'closeQuote "\\""',
      ],
    ],
    [
      '"${~{}~}"',
      [
        'openQuote "\\""',
        'openInterpolation "${~"',
        'openBrace "{"',
        'closeBrace "}"',
        'closeSequence "~}"',
        'closeQuote "\\""',
      ],
    ],
    [
      '<<E\nx\n E\n',
      ['openHeredoc "<<E\\n"', 'plainText "x\\n"', 'closeHeredoc " E"', 'newline "\\n"'],
    ],
    [
      '<<-E\n%{a}\nE\n',
      [
        'openHeredoc "<<-E\\n"',
        'openDirective "%{"',
        'identifier "a"',
        'closeSequence "}"',
        'plainText "\\n"',
        'closeHeredoc "E"',
        'newline "\\n"',
      ],
    ],
    [
      'a <<<E\nE\n',
      ['identifier "a"', 'less "<"', 'openHeredoc "<<E\\n"', 'closeHeredoc "E"', 'newline "\\n"'],
    ],
    ["'x' ; & @", ['foreignValue "\'x\'"', 'semicolon ";"', 'foreignOperator "&"', 'stray "@"']],
  ])('takes %j apart', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  test('reads a template file as text', () => {
    expect(tokens('"q" # ${a}\nb', 'template')).toEqual([
      'plainText "\\"q\\" # "',
      'openInterpolation "${"',
      'identifier "a"',
      'closeSequence "}"',
      'plainText "\\n"',
      'plainText "b"',
    ]);
  });

  test('keeps comments with their markers and without their line break', () => {
    const text = '# a\r\n// b\n/* c\n */ d';
    const { comments } = lex({ name: 'x', text }, 'code');
    const shown = comments.map(
      ({ style, range }) => `${style} ${text.slice(range.start, range.end)}`,
    );
    expect(shown).toEqual(['line # a', 'line // b', 'block /* c\n */']);
  });

  const folders = ['valid', 'errors'].map(
    (name) => new URL(`../fixtures/${name}/`, import.meta.url),
  );
  const fixtures = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.hcl'))
      .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') })),
  );

  test.each(fixtures)('covers every code unit of $name once', ({ text }) => {
    expect(uncovered(text, 'code')).toMatch(/^\ufeff?[ \t]*$/);
  });

  test('covers every code unit of broken text once', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = new Random(seed);
      expect(uncovered(generateMutant(random), 'code')).toMatch(/^\ufeff?[ \t]*$/);
      expect(uncovered(generateTemplate(random), 'template')).toMatch(/^\ufeff?[ \t]*$/);
    }
  });
});

/** What neither a token nor a comment covers; fails when two cover the same. */
function uncovered(text: string, mode: 'code' | 'template'): string {
  const { tokens: found, comments } = lex({ name: 'x', text }, mode);
  const covered = new Uint8Array(text.length);
  const cover = (start: number, end: number) => {
    for (let at = start; at < end; at += 1) covered[at] = (covered[at] ?? 0) + 1;
  };
  for (let index = 0; index < found.count; index += 1) {
    cover(found.data[3 * index + 1] ?? 0, found.data[3 * index + 2] ?? 0);
  }
  for (const { range } of comments) cover(range.start, range.end);
  expect(covered.every((count) => count < 2)).toBe(true);
  return [...covered].map((count, at) => (count === 0 ? text[at] : '')).join('');
}
