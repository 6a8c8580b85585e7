import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const untidy = 'a=1\nlong  = 2\n';
const tidy = 'a    = 1\nlong = 2\n';

/** A folder with these files in it. */
function workplace(files: Readonly<Record<string, string | Buffer>>): string {
  const path = join(folder.path, String(readdirSync(folder.path).length));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

function textOf(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8');
}

describe('bake fmt', () => {
  test('formats the files of a folder, in order, and says which it changed', async () => {
    const cwd = workplace({
      'b.pkr.hcl': untidy,
      'a.pkrvars.hcl': untidy,
      'c.pkr.hcl': tidy,
      'other.hcl': untidy,
      'd.pkr.json': '{ }',
      '.hidden.pkr.hcl': untidy,
      'e.pkr.hcl~': untidy,
      '#f.pkr.hcl#': untidy,
      'below/g.pkr.hcl': untidy,
    });
    const { code, stdout, stderr } = await runBake(['fmt', '.'], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'a.pkrvars.hcl\nb.pkr.hcl\n',
      stderr: '',
    });
    expect(textOf(cwd, 'a.pkrvars.hcl')).toBe(tidy);
    expect(textOf(cwd, 'b.pkr.hcl')).toBe(tidy);
    for (const name of ['other.hcl', '.hidden.pkr.hcl', 'e.pkr.hcl~', 'below/g.pkr.hcl']) {
      expect(textOf(cwd, name)).toBe(untidy);
    }
    expect(readdirSync(cwd).length).toBe(9);
    expect((await runBake(['fmt', '-check', '.'], { cwd })).code).toBe(0);
  });

  test('formats folders below with -recursive, but no hidden ones', async () => {
    const cwd = workplace({
      'x/y/a.pkr.hcl': untidy,
      'x/b.pkr.hcl': untidy,
      '.git/c.pkr.hcl': untidy,
      'd.pkr.hcl': untidy,
    });
    const { code, stdout } = await runBake(['fmt', '-recursive', 'x', 'd.pkr.hcl', '.'], { cwd });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'x/b.pkr.hcl\nx/y/a.pkr.hcl\nd.pkr.hcl\n',
    });
    expect(textOf(cwd, '.git/c.pkr.hcl')).toBe(untidy);
  });

  test.each([
    { flags: ['-check'], code: 3 },
    { flags: ['-check', '-write=true'], code: 3 },
    { flags: ['-write=false'], code: 0 },
    { flags: ['-check', '-var', 'a=1', '-only=x'], code: 3 },
  ])('writes nothing with $flags', async ({ flags, code }) => {
    const cwd = workplace({ 'a.pkr.hcl': untidy });
    const finished = await runBake(['fmt', ...flags, '.'], { cwd });
    expect(finished.stdout).toBe('a.pkr.hcl\n');
    expect(finished.code).toBe(code);
    expect(textOf(cwd, 'a.pkr.hcl')).toBe(untidy);
  });

  test('shows with -diff what it changes', async () => {
    const cwd = workplace({ 'x/a.pkr.hcl': untidy });
    const { code, stdout } = await runBake(['fmt', '-diff', 'x'], { cwd });
    expect(stdout).toBe(
      'x/a.pkr.hcl\n--- old/x/a.pkr.hcl\n+++ new/x/a.pkr.hcl\n@@ -1,2 +1,2 @@\n-a=1\n-long  = 2\n+a    = 1\n+long = 2\n',
    );
    expect(code).toBe(0);
    expect(textOf(cwd, 'x/a.pkr.hcl')).toBe(tidy);
  });

  test('leaves files with mistakes as they are, and formats the others', async () => {
    const wrong = 'a=1\nb= = 2\n';
    const cwd = workplace({ 'a.pkr.hcl': wrong, 'b.pkr.hcl': untidy });
    const { code, stdout } = await runBake(['fmt', '-check=false', '.'], { cwd });
    expect(stdout).toMatch(/^b\.pkr\.hcl\nError: .*\n\n {2}on a\.pkr\.hcl line 2, /);
    expect(code).toBe(1);
    expect(textOf(cwd, 'a.pkr.hcl')).toBe(wrong);
    expect(textOf(cwd, 'b.pkr.hcl')).toBe(tidy);
  });

  test.each([
    { path: 'none.pkr.hcl', says: 'There is no file or folder "none.pkr.hcl"' },
    { path: 'other.hcl', says: '"other.hcl" is not an HCL file' },
    {
      path: 'latin.pkr.hcl',
      says: 'Invalid character encoding\n\n  on latin.pkr.hcl line 1, column 3:',
    },
    { path: 'folder.pkr.hcl', says: 'Cannot read "folder.pkr.hcl/link.pkr.hcl"' },
  ])('refuses $path', async ({ path, says }) => {
    const latin = Buffer.from('# \xe9\na=1\n', 'latin1');
    const cwd = workplace({
      'other.hcl': untidy,
      'latin.pkr.hcl': latin,
      'folder.pkr.hcl/a.pkr.hcl': untidy,
    });
    symlinkSync('.', join(cwd, 'folder.pkr.hcl', 'link.pkr.hcl'));
    const { code, stdout } = await runBake(['fmt', path], { cwd });
    expect(stdout).toContain(`Error: ${says}`);
    expect(code).toBe(1);
    expect(readFileSync(join(cwd, 'latin.pkr.hcl'))).toEqual(latin);
  });

  test('keeps the mode of a file, and links to it', async () => {
    const cwd = workplace({ 'a.pkr.hcl': untidy });
    chmodSync(join(cwd, 'a.pkr.hcl'), 0o666);
    symlinkSync('a.pkr.hcl', join(cwd, 'link.pkr.hcl'));
    const { code, stdout } = await runBake(['fmt', 'link.pkr.hcl'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'link.pkr.hcl\n' });
    expect(textOf(cwd, 'a.pkr.hcl')).toBe(tidy);
    expect(statSync(join(cwd, 'a.pkr.hcl')).mode & 0o777).toBe(0o666);
    expect(lstatSync(join(cwd, 'link.pkr.hcl')).isSymbolicLink()).toBe(true);
    expect(readdirSync(cwd).length).toBe(2);
  });

  const whenRefusable = process.getuid?.() === 0 ? test.skip : test;
  whenRefusable('does not write to a read-only file (skipped for root, who may)', async () => {
    const cwd = workplace({ 'a.pkr.hcl': untidy });
    chmodSync(join(cwd, 'a.pkr.hcl'), 0o444);
    const { code, stdout } = await runBake(['fmt', '.'], { cwd });
    expect(stdout).toContain('Error: Cannot write "a.pkr.hcl"');
    expect(code).toBe(1);
    expect(textOf(cwd, 'a.pkr.hcl')).toBe(untidy);
  });

  whenRefusable(
    'writes to a file in a folder that takes no others (skipped for root)',
    async () => {
      const cwd = workplace({ 'a.pkr.hcl': untidy });
      chmodSync(cwd, 0o555);
      const { code } = await runBake(['fmt', '.'], { cwd });
      chmodSync(cwd, 0o755);
      expect(code).toBe(0);
      expect(textOf(cwd, 'a.pkr.hcl')).toBe(tidy);
      expect(readdirSync(cwd)).toEqual(['a.pkr.hcl']);
    },
  );

  test.each([
    { what: 'untidy text', input: untidy, flags: [], stdout: tidy, code: 0 },
    { what: 'tidy text', input: tidy, flags: [], stdout: tidy, code: 0 },
    { what: 'nothing', input: '', flags: [], stdout: '', code: 0 },
    { what: 'untidy text', input: untidy, flags: ['-diff'], stdout: tidy, code: 0 },
    { what: 'untidy text', input: untidy, flags: ['-check'], stdout: '', code: 3 },
    { what: 'tidy text', input: tidy, flags: ['-check'], stdout: tidy, code: 0 },
    { what: 'untidy text', input: untidy, flags: ['-write=false'], stdout: '', code: 0 },
  ])(
    'formats $what from the standard input with $flags',
    async ({ input, flags, stdout, code }) => {
      const finished = await runBake(['fmt', ...flags, '-'], { input });
      expect(finished).toEqual({ code, stdout, stderr: '' });
    },
  );

  test('says where on the standard input a mistake is, and prints nothing else', async () => {
    const { code, stdout } = await runBake(['fmt', '-'], { input: 'a=1\nb = [\n' });
    expect(stdout).toMatch(/^Error: .*\n\n {2}on <stdin> line 2, /);
    expect(code).toBe(1);
  });

  test('wants a path', async () => {
    const { code, stdout } = await runBake(['fmt']);
    expect(stdout).toContain('Give the paths of files or folders to format');
    expect(code).toBe(1);
  });

  const environment = { ...process.env, CHECKPOINT_DISABLE: '1' };
  const isPackerHere = spawnSync('packer', ['version'], { env: environment }).status === 0;
  (isPackerHere ? test : test.skip)(
    `says and does what packer fmt does${isPackerHere ? '' : ' (skipped: there is no packer on PATH)'}`,
    async () => {
      const files = {
        'a.pkr.hcl': `${untidy}${'\n# same\n'.repeat(5)}x{\ny=1\n}`,
        'b.pkr.hcl': 'a=1\r\nb =2\r\n',
        // Packer 1.6.6 has variable files last, newer ones all by name.
        'c.pkrvars.hcl': 'a=1',
      };
      const [theirs, ours] = [workplace(files), workplace(files)];
      for (const flags of [['-check', '-diff'], ['-write=false'], ['-diff'], ['-check']]) {
        const args = ['fmt', ...flags, '.'];
        const packer = spawnSync('packer', args, { cwd: theirs, env: environment });
        const { code, stdout } = await runBake(args, { cwd: ours });
        expect({ flags, code, stdout }).toEqual({
          flags,
          code: packer.status,
          stdout: packer.stdout.toString(),
        });
        for (const name of Object.keys(files)) {
          expect(textOf(ours, name)).toBe(textOf(theirs, name));
        }
      }
    },
  );
});
