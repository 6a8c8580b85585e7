import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '@bake/hcl';
import { afterEach, expect, test } from '@jest/globals';
import { findFiles } from '../src/files/find-files.ts';
import { load } from '../src/load.ts';
import { planAt, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function folder(files: Readonly<Record<string, string>>): string {
  const { path, remove } = workspace(files);
  cleanups.push(remove);
  return path;
}

const codes = (path: string): readonly string[] =>
  findFiles(path).diagnostics.map(({ code }) => code);

test('takes native files before JSON, in byte order, and no folder', () => {
  const path = folder({ 'b.pkr.hcl': '', 'B.pkr.hcl': '', 'a.pkr.json': '', 'notes.hcl': '' });
  mkdirSync(join(path, 'sub.pkr.hcl'));
  const { value, diagnostics } = findFiles(path);
  expect(value.templates).toEqual(
    ['B.pkr.hcl', 'b.pkr.hcl', 'a.pkr.json'].map((n) => join(path, n)),
  );
  expect(diagnostics).toEqual([]);
});

test('says what the system refuses', () => {
  const path = folder({});
  const loop = join(path, 'loop');
  symlinkSync(loop, loop);
  expect(codes(loop)).toEqual(['unreadable-file']);
  expect(codes('x'.repeat(5000))).toEqual(['unreadable-file']);
  expect(codes(join(path, 'none'))).toEqual(['no-such-path']);
  expect(codes(path)).toEqual(['no-config-files']);
});

test('says what makes a file unreadable, and what it would be read for', () => {
  const path = folder({ 'a.pkr.hcl': '' });
  symlinkSync('nowhere', join(path, 'b.pkr.hcl'));
  const [said] = load(path).diagnostics;
  expect(said?.summary).toBe(`Cannot read "${join(path, 'b.pkr.hcl')}"`);
  expect(said?.detail).toMatch(
    /^The system says: no such file or directory\. .* ending in \.pkr\.hcl/,
  );
});

test('says of a file of variables that is not there where it was looked for', async () => {
  const path = folder({ 'a.pkr.hcl': 'variable "region" {}\n' });
  const variables = {
    environment: {},
    files: ['none.hcl'],
    assignments: ['regon=x'],
    warnUndeclared: false,
  };
  const { diagnostics } = await planAt(path, { variables });
  const details = diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join('\n');
  expect(details).toMatch(
    /Cannot read "none\.hcl": .*no such file.* counts from the working folder/,
  );
  expect(details).toContain('Did you mean "region"?');
});

test('refuses a file that is not UTF-8', () => {
  const path = folder({});
  writeFileSync(join(path, 'a.pkr.hcl'), Buffer.from('locals { x = "caf\xe9" }\n', 'latin1'));
  const { diagnostics } = load(path);
  expect(diagnostics.map(({ code }) => code)).toEqual(['invalid-encoding']);
  expect(diagnostics[0]?.subject && textOf(diagnostics[0].subject)).toBe('\\xE9');
});
