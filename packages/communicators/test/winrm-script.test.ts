import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { downloadScript, downloadTreeScript } from '../src/winrm/download-script.ts';
import { powershell, quotedPath } from '../src/winrm/powershell.ts';
import { uploadScript } from '../src/winrm/upload-script.ts';
import { pythonPeer } from './python-peer.ts';

/** As long as Windows has paths, if nobody asks for more. */
const longPath = `C:\\${'long'.repeat(64)}`;

const scripts = (path: string): readonly string[] => [
  uploadScript(path, '.12345678.part'),
  downloadScript(path),
  downloadTreeScript(path),
];

test('command lines are not longer than cmd.exe takes', () => {
  for (const script of scripts(longPath)) expect(powershell(script).length).toBeLessThan(8191);
});

test.each([
  ['C:\\a b', '"C:\\a b"'],
  ['C:/a/b', '"C:\\a\\b"'],
  [`'C:\\a'`, '"C:\\a"'],
  ['"C:\\a"', '"C:\\a"'],
  ['C:\\say "x"\u201D.txt', '"C:\\say ""x""\u201D\u201D.txt"'],
  ['$env:TEMP\\x', '"$env:TEMP\\x"'],
])('the path %s is %s', (path, quoted) => {
  expect(quotedPath(path)).toBe(quoted);
});

/** There is no PowerShell here to run the scripts, but its grammar to read them. */
const peer = await pythonPeer(['tree-sitter==0.26.1', 'tree-sitter-powershell==0.26.4']);

if ('reason' in peer) {
  console.warn(`SKIPPED: the grammar of our PowerShell: ${peer.reason}`);
  test.skip(`the grammar of our PowerShell: ${peer.reason}`, () => undefined);
} else {
  test.each(['C:\\a b', 'C:\\say "x" \u201Ctoo\u201D', '$env:TEMP\\x', longPath])(
    'scripts for %s are PowerShell',
    async (path) => {
      expect(await mistakesIn(scripts(path), peer.path)).toBe('');
    },
  );

  test('what is no PowerShell is found out', async () => {
    const broken = downloadScript('C:\\x').replace('finally{', 'finally');
    expect(await mistakesIn([broken], peer.path)).not.toBe('');
  });
}

async function mistakesIn(texts: readonly string[], path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-scripts-'));
  const files = texts.map((_, index) => join(folder, `${index}.ps1`));
  await Promise.all(files.map((file, index) => writeFile(file, texts[index] ?? '')));
  const parse = join(import.meta.dirname, 'parse-powershell.py');
  const env = { ...process.env, PYTHONPATH: path };
  const { stdout } = await promisify(execFile)('python3', [parse, ...files], { env });
  await rm(folder, { recursive: true });
  return stdout;
}
