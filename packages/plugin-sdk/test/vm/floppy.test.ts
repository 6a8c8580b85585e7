import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { withDefaults } from '../../src/index.ts';
import { complaintsOf, Random, type TestContext, testContext } from '../../src/testing/index.ts';
import { FloppyImage } from '../../src/vm/floppy/floppy-image.ts';
import { writeFloppy } from '../../src/vm/floppy/write-floppy.ts';
import { checkFloppy, type FloppyOptions, floppyOptions } from '../../src/vm/index.ts';

// A loaded machine takes its time.
jest.setTimeout(120_000);

let folder = '';
let context: TestContext;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-floppy-test-'));
  const files = {
    'tree/Autounattend.xml': '<x/>',
    'tree/README': 'short name',
    'tree/lower.txt': 'lower',
    'tree/.hidden': 'dot',
    'tree/empty': '',
    'tree/ümläut 漢.cfg': 'unicode',
    [`tree/${'long'.repeat(60)}.txt`]: 'long',
    'tree/deep/er/file with spaces.inf': 'deep',
    'tree/deep/a+b=c;[1],2.x': 'signs',
  };
  await mkdir(join(folder, 'tree/deep/er'), { recursive: true });
  await mkdir(join(folder, 'tree/hollow'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), 1.5e9, 1.5e9);
  }
  for (let index = 0; index < 40; index += 1) {
    await writeFile(join(folder, 'tree/deep', `the same beginning ${index}.txt`), String(index));
  }
  await writeFile(join(folder, 'tree/deep/big.bin'), new Random(1).bytes(700_001));
  await symlink('README', join(folder, 'tree/link'));
  context = testContext();
});
afterEach(async () => {
  await context.cleanUp();
  context = testContext();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const make = (given: Partial<FloppyOptions>): Promise<string> =>
  writeFloppy(withDefaults(floppyOptions, given), context);

const needed = ['mdir', 'mcopy', 'fsck.fat'];
const environment = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin`, LC_ALL: 'C.UTF-8' };
const missing = needed.filter((name) => spawnSync(name, ['--help'], { env: environment }).error);
const reason = missing.length === 0 ? undefined : `there is no ${missing.join(', ')} on PATH`;
if (reason !== undefined) console.warn(`SKIPPED: floppy disks read by mtools: ${reason}`);
const reading = reason === undefined ? test : test.skip;

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', env: environment });

/** Copies everything off the disk and gives what `diff` says of it and a folder. */
async function differences(image: string, wanted: string): Promise<string> {
  const check = spawnSync('fsck.fat', ['-n', image], { encoding: 'utf8', env: environment });
  expect(check.stdout).toMatch(/\d+ files, \d+\/\d+ clusters\n$/);
  expect(check.status).toBe(0);
  const out = await mkdtemp(join(folder, 'out-'));
  run('mcopy', '-i', image, '-s', '-m', '-n', '::/', out);
  return spawnSync('diff', ['-r', wanted, out], { encoding: 'utf8' }).stdout;
}

reading(
  'has folders with all below them, as mtools read it and fsck.fat finds it sound',
  async () => {
    const image = await make({ floppy_dirs: [join(folder, 'tree')] });
    const wanted = await mkdtemp(join(folder, 'wanted-'));
    await cp(join(folder, 'tree'), join(wanted, 'tree'), { recursive: true, dereference: true });
    expect(await differences(image, wanted)).toBe('');
    expect((await readFile(image)).length).toBe(1_474_560);
    expect(run('mdir', '-i', image, '::/tree')).toMatch(/^README +10 2017-07-14 +\d+:40 *$/m);
    expect(context.ui.said).toEqual([
      'Creating floppy disk...',
      'Created floppy disk with 51 files',
    ]);
  },
);

reading('has files by their names alone, and texts win', async () => {
  const given = {
    floppy_files: [
      join(folder, 'tree/*.txt'),
      join(folder, 'tree/deep/er'),
      join(folder, 'tree/README'),
    ],
    floppy_content: { 'lower.txt': 'mine', '/new/dir/ks.cfg': 'text\n' },
    floppy_label: 'cidata',
  };
  const image = await make(given);
  const wanted = await mkdtemp(join(folder, 'wanted-'));
  await mkdir(join(wanted, 'new/dir'), { recursive: true });
  await writeFile(join(wanted, 'new/dir/ks.cfg'), 'text\n');
  await writeFile(join(wanted, 'lower.txt'), 'mine');
  await writeFile(join(wanted, `${'long'.repeat(60)}.txt`), 'long');
  await writeFile(join(wanted, 'file with spaces.inf'), 'deep');
  await writeFile(join(wanted, 'README'), 'short name');
  expect(await differences(image, wanted)).toBe('');
  expect(run('mdir', '-i', image, '::/')).toContain('Volume in drive : is cidata');
  // The same files give the same disk.
  const again = await readFile(await make(given));
  expect(again.equals(await readFile(image))).toBe(true);
});

reading('any tree of files comes back', async () => {
  const random = new Random(7);
  const letters = ['a', 'B', 'long name ', '.', '~1', 'é', '漢', '+', 'x.tar', '_', '0'];
  for (let round = 0; round < 15; round += 1) {
    const image = new FloppyImage('RANDOM');
    const wanted = await mkdtemp(join(folder, 'wanted-'));
    for (let index = 0; index < 25; index += 1) {
      const part = (): string =>
        `${Array.from({ length: random.size(1, 9) }, () => random.pick(letters)).join('')}z`;
      const names = Array.from({ length: random.size(1, 4) }, part);
      const path = names.join('/');
      const content = random.bytes(random.size(1, 20_000) - 1);
      try {
        image.addFile(path, content);
      } catch {
        // Names that differ in capital letters alone, or a file where a folder would be.
        continue;
      }
      await mkdir(join(wanted, path, '..'), { recursive: true });
      await writeFile(join(wanted, path), content);
    }
    const target = join(folder, `random-${round}.img`);
    await writeFile(target, image.bytes());
    expect(await differences(target, wanted)).toBe('');
  }
});

reading('is filled to its last sector', async () => {
  const full = new FloppyImage('FULL');
  full.addFile('full', Buffer.alloc(FloppyImage.capacity, 'x'));
  const target = join(folder, 'full.img');
  await writeFile(target, full.bytes());
  const wanted = await mkdtemp(join(folder, 'wanted-'));
  await writeFile(join(wanted, 'full'), Buffer.alloc(FloppyImage.capacity, 'x'));
  expect(await differences(target, wanted)).toBe('');
});

test('says how much does not fit', async () => {
  await writeFile(join(folder, 'large'), Buffer.alloc(FloppyImage.capacity + 1));
  await expect(make({ floppy_files: [join(folder, 'large')] })).rejects.toMatchObject({
    message:
      'The files do not fit on the floppy disk: 1457665 bytes, and there is room for 1457664',
    detail: expect.stringContaining('cd_files'),
  });
  // A folder needs space as well, and so does what is left of a sector.
  const image = new FloppyImage('FULL');
  image.addFile('folder/half', Buffer.alloc(FloppyImage.capacity - 600));
  image.addFile('folder/other', Buffer.alloc(1));
  expect(() => image.bytes()).toThrow('1458176 bytes, and there is room for 1457664');
  expect(context.journaled).toEqual([]);
});

test('says that there are too many files', () => {
  const image = new FloppyImage('MANY');
  for (let index = 0; index < 112; index += 1) image.addFile(`lower${index}`, Buffer.of(1));
  expect(() => image.bytes()).toThrow('too many files in the root');
});

test('refuses what would be the same file, and what cannot be a name', async () => {
  await writeFile(join(folder, 'readme'), '');
  const files = [join(folder, 'tree/README'), join(folder, 'readme')];
  await expect(make({ floppy_files: files })).rejects.toThrow(
    '"readme" cannot be on the floppy disk, since "README" is there',
  );
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere/readme'), '');
  const both = [join(folder, 'readme'), join(folder, 'elsewhere/readme')];
  await expect(make({ floppy_files: both })).rejects.toThrow('would both be "readme"');
  for (const name of ['con', 'a:b', 'dot.', 'x'.repeat(256)]) {
    await expect(make({ floppy_content: { [name]: '' } })).rejects.toThrow('cannot be the name');
  }
  await expect(make({ floppy_content: { a: '', 'a/b': '' } })).rejects.toThrow('cannot be on');
});

test('goes away with the build, of which the journal knows ahead', async () => {
  const image = await make({ floppy_content: { a: '' } });
  expect(context.journaled).toMatchObject([{ kind: 'path', traces: { path: join(image, '..') } }]);
  await context.cleanUp('failed');
  expect(existsSync(join(image, '..'))).toBe(false);
});

test('checks its options', async () => {
  const check = (given: Partial<FloppyOptions>): Promise<string[]> =>
    complaintsOf((complain) => checkFloppy(withDefaults(floppyOptions, given), complain));
  expect(await check({ floppy_label: 'cidata' })).toEqual([]);
  for (const floppy_label of ['x'.repeat(12), 'a*b', 'ü']) {
    expect(await check({ floppy_label })).toHaveLength(1);
  }
  const none = join(folder, 'none');
  expect(await check({ floppy_files: [none], floppy_dirs: [`${none}*`, none] })).toEqual([
    `floppy_files.0: Bad Floppy disk file '${none}': no such file or directory`,
    `floppy_dirs.0: Nothing matches '${none}*'`,
    `floppy_dirs.1: Bad Floppy disk directory '${none}': no such file or directory`,
  ]);
  expect(await check({ floppy_content: { '/': '' } })).toHaveLength(1);
});
