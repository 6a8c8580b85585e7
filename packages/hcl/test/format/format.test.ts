import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PieceKind, piecesOf } from '../../src/format/piece.ts';
import { formatConfig, parseConfig } from '../../src/index.ts';
import { lex } from '../../src/syntax/lexer.ts';
import { generateMutant, generateProgram, Random } from '../generate-program.ts';

const fixtures = new URL('../fixtures/format/', import.meta.url);

function formatted(text: string): string {
  return formatConfig({ name: 'x', text });
}

function isValid(text: string): boolean {
  return parseConfig({ name: 'x', text }).diagnostics.length === 0;
}

/** Everything in a text but its white space. */
function content(text: string): readonly string[] {
  return piecesOf(lex({ name: 'x', text }, 'code'))
    .filter(({ kind }) => kind !== PieceKind.endOfFile)
    .map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

describe('formatConfig', () => {
  const names = readdirSync(fixtures)
    .filter((name) => name.endsWith('.in.hcl'))
    .sort();

  test.each(names)('writes %s as its .out.hcl, and that as it is', (name) => {
    const input = readFileSync(new URL(name, fixtures), 'utf8');
    const output = readFileSync(new URL(name.replace('.in.', '.out.'), fixtures), 'utf8');
    expect(isValid(input)).toBe(true);
    expect(formatted(input)).toBe(output);
    expect(formatted(output)).toBe(output);
  });

  test('changes only white space in 10,000 programs, and nothing the second time', () => {
    const different: object[] = [];
    let changed = 0;
    for (let seed = 1; seed <= 10_000; seed += 1) {
      const text = generateProgram(new Random(seed));
      const once = formatted(text);
      if (once !== text) changed += 1;
      if (formatted(once) !== once) different.push({ seed, text, once });
      if (isValid(text) && content(text).join('\n') !== content(once).join('\n')) {
        different.push({ seed, text, once });
      }
    }
    expect(different).toEqual([]);
    expect(changed).toBeGreaterThan(5000);
  });

  test('loses nothing of programs with mistakes', () => {
    const without = (text: string): string => text.replaceAll(/[ \t\ufeff]/g, '');
    for (let seed = 1; seed <= 2000; seed += 1) {
      const text = generateMutant(new Random(seed));
      expect(without(formatted(text))).toBe(without(text));
    }
  });

  test.each(['a = "x', 'a = <<X\n', "a='x'", 'a=1;b=2', 'a = /* x'])(
    'leaves %j, which cannot be taken apart, as it is',
    (text) => {
      expect(formatted(text)).toBe(text);
    },
  );

  test('takes time in proportion to length', () => {
    const block = readFileSync(new URL('objects.in.hcl', fixtures), 'utf8');
    // Also one line after the other to be aligned, and all in one level.
    const lines = 'a=1 # b\n'.repeat(200_000);
    const long = `${lines}b=${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(formatted(long).length).toBeGreaterThan(long.length);
    expect(formatted(block.repeat(5000)).length).toBeGreaterThan(5000 * block.length);
  }, 10_000);
});
