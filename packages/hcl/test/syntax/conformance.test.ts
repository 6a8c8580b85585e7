import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/syntax/parse.ts';
import { hclJson } from './hcl-json.ts';
import { judge } from './judge.ts';

const valid = new URL('../fixtures/valid/', import.meta.url);
const errors = new URL('../fixtures/errors/', import.meta.url);

describe('parseConfig', () => {
  test.each(names(valid))('reads valid/%s as hcl2json does', async (name) => {
    const text = readFileSync(new URL(name, valid), 'utf8');
    const { value, diagnostics } = parseConfig({ name, text });
    expect(diagnostics).toEqual([]);
    const verdict = await judge(text);
    expect(verdict.isValid).toBe(true);
    // Through text, so that objects without a prototype compare equal.
    expect(JSON.parse(JSON.stringify(hclJson(value.body) ?? null))).toEqual(verdict.json ?? null);
  });

  test.each(names(errors))('finds exactly the mistakes of errors/%s', async (name) => {
    const text = readFileSync(new URL(name, errors), 'utf8');
    const { diagnostics } = parseConfig({ name, text });
    const found = diagnostics.map(({ summary, subject }) => {
      const line = text.slice(0, subject?.start).split('\n').length;
      return `${line}: ${summary}`;
    });
    expect(found).toEqual(expectedErrors(text));
    expect((await judge(text)).isValid).toBe(false);
  });
});

function names(folder: URL): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.hcl'))
    .sort();
}

/** `# ERROR: summary` tells of a mistake on its line, `# ERROR(2): summary` of one that many lines up (down, when negative). */
function expectedErrors(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/# ERROR(?:\((-?\d+)\))?: ([^#]*[^#\s])/g)].map(
        ([, up = '0', summary = '']) => `${index + 1 - Number(up)}: ${summary}`,
      ),
    );
}
