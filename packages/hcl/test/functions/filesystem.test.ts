import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { variableDefaultFunctions } from '../../src/index.ts';
import { jsonOf, problemsOf } from './evaluation.ts';

const root = mkdtempSync(join(tmpdir(), 'bake-functions-'));
const here = {
  baseDir: join(root, 'base'),
  workingDir: join(root, 'work'),
  environment: { HOME: join(root, 'home') },
};

beforeAll(() => {
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'base/a.txt': 'hello é',
    'base/.hidden': '',
    'base/bytes': Uint8Array.of(0xff, 0xfe),
    'base/sub/b.txt': 'b',
    'base/sub/deep/c.txt': 'c',
    'base/x{y/[z].txt': '',
    'base/greet.tpl': 'hello $' + '{upper(name)}',
    'base/number.tpl': '$' + '{n + 1}',
    'base/self.tpl': '$' + '{templatefile("self.tpl", {})}',
    'base/broken.tpl': 'a\n$' + '{nme}',
    'work/w.txt': 'w',
    'home/h.txt': 'home',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  symlinkSync('a.txt', join(root, 'base/link.txt'));
  symlinkSync('nowhere', join(root, 'base/dangling.txt'));
  symlinkSync('sub', join(root, 'base/linked'));
  symlinkSync('..', join(root, 'base/sub/up'));
});

afterAll(() => rmSync(root, { recursive: true }));

describe('a path function gives', () => {
  test.each([
    ['basename("")', '.'],
    ['basename("/")', '/'],
    ['basename("a/b/")', 'b'],
    ['basename("a//")', 'a'],
    ['dirname("")', '.'],
    ['dirname("/")', '/'],
    ['dirname("a")', '.'],
    ['dirname("a/b/")', 'a/b'],
    ['dirname("a//b")', 'a'],
    ['dirname("/a")', '/'],
    ['dirname("./a/../b/c")', 'b'],
    ['dirname("//a//b//")', '/a/b'],
    ['abspath("/a/./b//c/..")', '/a/b'],
    ['abspath("a/../b/")', join(root, 'work/b')],
    ['abspath("")', join(root, 'work')],
    ['pathexpand("~")', join(root, 'home')],
    ['pathexpand("~//x/../y")', join(root, 'home/y')],
    ['pathexpand("a//~")', 'a//~'],
    ['file("a.txt")', 'hello é'],
    ['file("sub/../a.txt")', 'hello é'],
    ['file("~/h.txt")', 'home'],
    ['filebase64("w.txt")', 'dw=='],
    ['filebase64("../base/bytes")', '//4='],
    ['templatefile("greet.tpl", { name = "bob" })', 'hello BOB'],
  ])('%s = %s', (text, expected) => {
    expect(JSON.parse(jsonOf(text, here))).toBe(expected);
  });

  test.each([
    ['fileexists("a.txt")', 'true'],
    ['fileexists("link.txt")', 'true'],
    ['fileexists("~/h.txt")', 'true'],
    ['fileexists("none")', 'false'],
    ['fileexists("a.txt/b")', 'false'],
    ['fileexists("dangling.txt")', 'false'],
    ['templatefile("number.tpl", { n = 1 })', '2'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text, here)).toBe(json);
  });

  test('the home folder of the system where the environment names none', () => {
    expect(JSON.parse(jsonOf('pathexpand("~")', { environment: {} }))).toBe(homedir());
  });
});

describe('fileset finds', () => {
  test.each([
    [
      '".", "*"',
      [
        '.hidden',
        'a.txt',
        'broken.tpl',
        'bytes',
        'greet.tpl',
        'link.txt',
        'number.tpl',
        'self.tpl',
      ],
    ],
    ['".", "*.txt"', ['a.txt', 'link.txt']],
    ['".", "?.txt"', ['a.txt']],
    [
      '".", "**/?.txt"',
      ['a.txt', 'linked/b.txt', 'linked/deep/c.txt', 'sub/b.txt', 'sub/deep/c.txt'],
    ],
    ['".", "*/*.txt"', ['linked/b.txt', 'sub/b.txt', 'x{y/[z].txt']],
    // Through the link `up` the folder itself would come again, and again.
    ['"sub", "**/{b,c,a}.txt"', ['b.txt', 'deep/c.txt', 'up/a.txt']],
    ['"sub/deep", "**"', ['c.txt']],
    ['".", "linked/*"', ['linked/b.txt']],
    ['".", "{a,sub/b,none}.txt"', ['a.txt', 'sub/b.txt']],
    ['".", "{a,{b,l}*}.txt"', ['a.txt', 'link.txt']],
    ['".", "[ab].txt"', ['a.txt']],
    ['".", "[^a].txt"', []],
    ['".", "[a-c]*.tpl"', ['broken.tpl']],
    ['".", "\\\\a.txt"', ['a.txt']],
    ['".", "x\\\\{y/\\\\[z].txt"', ['x{y/[z].txt']],
    ['".", "a.txt"', ['a.txt']],
    ['".", "./sub/../a.txt"', ['a.txt']],
    ['"sub", "../[a].txt"', ['../a.txt']],
    ['"none", "*"', []],
    ['".", "sub"', []],
    ['"~", "*"', []],
  ])('%s', (args, names) => {
    const found: unknown = JSON.parse(jsonOf(`fileset(${args})`, here));
    expect(found).toEqual(names);
  });

  test.each([
    ['{a', 'In the pattern "{a" a "{" is never closed.'],
    ['[', 'a "[" is never closed'],
    ['a[]', 'a "[" is never closed'],
    ['[z-a]', '"[z-a]" in the pattern is no class of characters.'],
    ['[a-]', '"[a-]" in the pattern is no class of characters.'],
  ])('nothing by the bad pattern %s', (pattern, message) => {
    expect(problemsOf(`fileset(".", "${pattern}")`, here)).toContain(message);
  });
});

describe('a file function refuses', () => {
  test.each([
    ['file("none")', `There is no file "none" (${join(root, 'base/none')}).`],
    ['file("w.txt")', 'Relative paths are taken from path.root: leave it out, or write abspath'],
    ['file("sub")', 'is a folder, not a file.'],
    ['file("bytes")', '"bytes" is not UTF-8 text; filebase64 can read any file.'],
    ['file("~other/x")', 'Only "~" alone stands for a home folder'],
    ['pathexpand("~root")', 'Only "~" alone stands for a home folder'],
    ['fileexists("sub")', '"sub" exists, but it is a folder or a device, not a file.'],
    ['filebase64("a.txt")', `There is no file "a.txt" (${join(root, 'work/a.txt')}).`],
    ['filebase64("/none")', 'There is no file "/none".'],
    ['templatefile("greet.tpl", [])', 'This must be a map or object, not a tuple.'],
    ['templatefile("greet.tpl", { "a b" = 1 })', '"a b" can\'t be the name of a variable'],
    ['templatefile("none.tpl", {})', 'There is no file "none.tpl"'],
    ['templatefile("broken.tpl", { name = 1 })', 'broken.tpl:2,3: Unknown variable'],
    ['templatefile("self.tpl", {})', 'a template file cannot use templatefile() itself'],
  ])('%s: %s', (text, message) => {
    expect(problemsOf(text, here)).toContain(message);
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test.skip : test)('a file that may not be read (root may read all)', () => {
    chmodSync(join(root, 'base/a.txt'), 0);
    expect(problemsOf('file("a.txt")', here)).toContain('may not be read by the current user');
    chmodSync(join(root, 'base/a.txt'), 0o644);
  });
});

describe('env', () => {
  const surroundings = { functions: variableDefaultFunctions, environment: { A: 'a é' } };

  test.each([
    ['env("A")', '"a é"'],
    ['env("B")', '""'],
    ['env("toString")', '""'],
  ])('%s = %s', (text, json) => {
    expect(jsonOf(text, surroundings)).toBe(json);
  });

  test('is the only function in the default of a variable, and only there', () => {
    expect(variableDefaultFunctions.names()).toEqual(['env']);
    expect(problemsOf('env("A")')).toContain('There is no function named "env" here.');
  });
});
