import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { withDefaults } from '../../src/index.ts';
import { complaintsOf, type TestContext, testContext } from '../../src/testing/index.ts';
import { findCdProgram } from '../../src/vm/cd/cd-program.ts';
import { writeCd } from '../../src/vm/cd/write-cd.ts';
import { type CdOptions, cdOptions, checkCd, requireCdProgram } from '../../src/vm/index.ts';

// A loaded machine takes its time.
jest.setTimeout(120_000);

let folder = '';
let context: TestContext;
const path = process.env['PATH'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-cd-test-'));
  const files = {
    'seed/user-data': '#cloud-config\n',
    'seed/meta-data': '',
    'seed/.hidden': 'dot',
    'seed/deep/A long name with spaces and ümlauts.txt': 'deep',
    'big.bin': 'x'.repeat(3_000_000),
  };
  await mkdir(join(folder, 'seed/deep'), { recursive: true });
  await mkdir(join(folder, 'seed/empty'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await chmod(join(folder, 'seed/user-data'), 0o600);
  await symlink('../big.bin', join(folder, 'seed/link'));
  context = testContext();
});
afterEach(async () => {
  process.env['PATH'] = path;
  await context.cleanUp();
  context = testContext();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder that is all of PATH, with nothing but these programs. */
async function onlyOnPath(...programs: readonly string[]): Promise<void> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  for (const program of programs) {
    const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    await symlink(real, join(bin, program));
  }
  process.env['PATH'] = bin;
}

const make = (given: Partial<CdOptions>): Promise<string> =>
  writeCd(withDefaults(cdOptions, given), context);

/** Everything on a CD, as `mode path size`, read by xorriso. */
function listing(image: string): string[] {
  const out = execFileSync('xorriso', ['-indev', image, '-find', '/', '-exec', 'lsdl', '--'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PATH: path },
  });
  return out.split('\n').flatMap((line) => {
    const [, mode, size, name] = /^(\S+) +\d+ +\S+ +\S+ +(\d+) .* '(.*)'$/.exec(line) ?? [];
    return name === undefined ? [] : [`${mode} ${name}${mode?.startsWith('d') ? '' : ` ${size}`}`];
  });
}

function contentOf(image: string, name: string): string {
  const target = join(folder, 'extracted');
  const args = ['-osirrox', 'on', '-indev', image, '-extract', name, target];
  execFileSync('xorriso', args, { stdio: 'ignore', env: { ...process.env, PATH: path } });
  const text = execFileSync('cat', [target], { encoding: 'utf8' });
  execFileSync('rm', ['-f', target]);
  return text;
}

const hasXorriso = spawnSync('xorriso', ['-version']).status === 0;
if (!hasXorriso) console.warn('SKIPPED: tests of CDs: there is no xorriso on PATH');
const reading = hasXorriso ? test : test.skip;

reading('has files, folders and texts with their names, and what links lead to', async () => {
  const image = await make({
    cd_files: [join(folder, 'seed'), join(folder, 'big.bin')],
    cd_content: { 'seed/meta-data': 'instance-id: x\n', '/new/dir/text': 'new' },
    cd_label: 'cidata',
  });
  expect(listing(image).sort()).toEqual([
    '-r--r--r-- /big.bin 3000000',
    '-r--r--r-- /new/dir/text 3',
    '-r--r--r-- /seed/.hidden 3',
    '-r--r--r-- /seed/deep/A long name with spaces and ümlauts.txt 4',
    '-r--r--r-- /seed/link 3000000',
    '-r--r--r-- /seed/meta-data 15',
    '-r--r--r-- /seed/user-data 14',
    'dr-xr-xr-x /',
    'dr-xr-xr-x /new',
    'dr-xr-xr-x /new/dir',
    'dr-xr-xr-x /seed',
    'dr-xr-xr-x /seed/deep',
    'dr-xr-xr-x /seed/empty',
  ]);
  expect(contentOf(image, '/seed/meta-data')).toBe('instance-id: x\n');
  // The file that gave way to the text is as it was.
  expect(await readFile(join(folder, 'seed/meta-data'), 'utf8')).toBe('');
  const header = (await readFile(image)).subarray(0x8000, 0x9000);
  expect(header.toString('latin1', 40, 72).trim()).toBe('cidata');
  // The second descriptor is Joliet's.
  expect(header.subarray(0x800 + 88, 0x800 + 91).toString('latin1')).toMatch(/%\/[@CE]/);
  expect(context.ui.said).toEqual([
    'Creating CD disk...',
    expect.stringMatching(/^Created CD with 7 files, \d+ KiB$/),
  ]);
});

reading('a pattern or a slash leaves the folder away', async () => {
  for (const files of [`${folder}/seed/*-data`, `${folder}/seed/`]) {
    const image = await make({ cd_files: [files] });
    expect(listing(image)).toContain('-r--r--r-- /user-data 14');
  }
});

const { status: genisoimage } = spawnSync('genisoimage', ['--version']);
const other = genisoimage === 0 ? test : test.skip;
if (genisoimage !== 0) console.warn('SKIPPED: CDs by genisoimage: it is not on PATH');
other('is made by whichever program is there', async () => {
  await onlyOnPath('genisoimage');
  expect((await findCdProgram())?.name).toBe('genisoimage');
  const image = await make({ cd_files: [join(folder, 'seed')] });
  expect(listing(image)).toContain(
    '-r--r--r-- /seed/deep/A long name with spaces and ümlauts.txt 4',
  );
});

test('goes away with the build, of which the journal knows ahead', async () => {
  if (!hasXorriso) return;
  const image = await make({ cd_content: { a: 'secret' } });
  expect(context.journaled).toMatchObject([{ kind: 'path', traces: { path: join(image, '..') } }]);
  expect(readdirSync(join(image, '..'))).toEqual(['cd.iso']);
  await context.cleanUp('failed');
  expect(existsSync(join(image, '..'))).toBe(false);
});

test('says when no program can make it, before anything is there', async () => {
  await onlyOnPath();
  const options = withDefaults(cdOptions, { cd_content: { a: '' } });
  await expect(requireCdProgram(options)).rejects.toMatchObject({
    message: expect.stringContaining('none of xorriso, mkisofs, genisoimage, hdiutil, oscdimg'),
    detail: expect.stringContaining('apt install xorriso'),
  });
  await expect(make({ cd_content: { a: '' } })).rejects.toThrow('There is no program');
  expect(context.journaled).toEqual([]);
  expect(await complaintsOf((complain) => checkCd(options, complain))).toHaveLength(1);
  await requireCdProgram(withDefaults(cdOptions));
});

test('tells what a program said that failed', async () => {
  const bin = await mkdtemp(join(folder, 'bin-'));
  await writeFile(join(bin, 'xorriso'), '#!/bin/sh\necho "no such luck" >&2\nexit 32\n', {
    mode: 0o755,
  });
  process.env['PATH'] = `${bin}:${path}`;
  await expect(make({ cd_content: { a: '' } })).rejects.toMatchObject({
    message: 'Could not make the CD: xorriso ended with exit code 32',
    detail: 'no such luck',
  });
});

test('checks its options', async () => {
  const check = (given: Partial<CdOptions>): Promise<string[]> =>
    complaintsOf((complain) => checkCd(withDefaults(cdOptions, given), complain));
  expect(await check({})).toEqual([]);
  const none = join(folder, 'none');
  expect((await check({ cd_files: [folder, none, `${none}*`, '[a'] })).slice(0, 3)).toEqual([
    `cd_files.1: Bad CD disk file '${none}': no such file or directory`,
    `cd_files.2: Nothing matches '${none}*'`,
    "cd_files.3: Bad CD disk file '[a': syntax error in pattern",
  ]);
  expect((await check({ cd_content: { 'a/': '', '..': '', b: '' } })).slice(0, 2)).toEqual([
    'cd_content: "a/" in "cd_content" is no path of a file',
    'cd_content: ".." in "cd_content" is no path of a file',
  ]);
  expect(await check({ cd_label: 'x'.repeat(33) })).toEqual([
    'cd_label: The label of the CD is too long',
  ]);
});
