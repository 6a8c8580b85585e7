import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serverProgram } from '../src/server-program.ts';

const home = join(import.meta.dirname, '..');

test('the server is the one of the setting, of the project, or of PATH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bake-vscode-'));
  try {
    const bin = join(folder, 'node_modules', '.bin');
    const args = ['language-server'];
    expect(serverProgram('', [folder], 'linux')).toEqual({
      command: 'bake',
      args,
      options: { cwd: folder, shell: false },
    });
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'bake'), '');
    writeFileSync(join(bin, 'bake.cmd'), '');
    expect(serverProgram('', ['/nowhere', folder], 'linux').command).toBe(join(bin, 'bake'));
    expect(serverProgram('', [folder], 'win32')).toMatchObject({
      command: `"${join(bin, 'bake.cmd')}"`,
      options: { shell: true },
    });
    expect(serverProgram('/opt/bake', [folder], 'linux').command).toBe('/opt/bake');
    expect(serverProgram('', [], 'linux').options).toEqual({ shell: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every file that the manifest names is there', () => {
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const { languages, grammars } = manifest.contributes;
  const named = [manifest.main, languages[0].configuration, grammars[0].path, ...manifest.files];
  expect(named.filter((path) => !existsSync(join(home, path)))).toEqual([]);
  expect(grammars[0].language).toBe(languages[0].id);
  const configuration = JSON.parse(readFileSync(join(home, languages[0].configuration), 'utf8'));
  const words = new RegExp(configuration.wordPattern, 'gu');
  expect('source "amazon-ebs" ünï_1 8'.match(words)).toEqual([
    'source',
    'amazon-ebs',
    'ünï_1',
    '8',
  ]);
});
