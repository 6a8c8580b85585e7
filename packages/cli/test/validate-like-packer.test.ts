import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const source = 'source "null" "a" {\n  communicator = "none"\n}\n';
const rest = `${source}build {\n  sources = ["null.a"]\n}\n`;
const inBuild = (text: string): string => `${source}build {\n  sources = ["null.a"]\n${text}\n}\n`;
const inProvisioner = (text: string): string =>
  inBuild(`provisioner "shell-local" {\n  inline = ["true"]\n${text}\n}`);
const variable = (text: string): string => `variable "x" {\n${text}\n}\n${rest}`;

/** What validate says of a template: whether it is valid, and the summaries of the errors. */
interface Verdict {
  readonly code: number | null;
  readonly errors: readonly string[];
}

function verdict({ code, stdout }: { code: number | null; stdout: string }): Verdict {
  const errors = [...stdout.matchAll(/^Error: (.*)$/gm)].map(([, summary]) => summary as string);
  return { code, errors: [...new Set(errors)].toSorted() };
}

const cases: readonly (readonly [string, string, (readonly string[])?])[] = [
  [
    'three forms of a reference',
    `${source}build {\n sources = ["null.a", "source.null.a", "x.null.a.y"]\n}`,
  ],
  ['a reference of one part', `${source}build {\n sources = ["a"]\n}`],
  ['a reference that is no name', `${source}build {\n sources = ["null.1a"]\n}`],
  ['a number as a reference', `${source}build {\n sources = [1]\n}`],
  ['a text for sources', `${source}build {\n sources = "null.a"\n}`],
  ['null among sources', `${source}build {\n sources = [null]\n}`],
  [
    'any text as the name of a source',
    'source "null" "1 a" {\n communicator = "none"\n}\nbuild {\n source "null.1 a" {}\n}',
  ],
  ['an argument set twice', `${source}build {\n source "null.a" {\n communicator = "none"\n}\n}`],
  ['null as a local name', `${source}build {\n source "null.a" {\n name = null\n}\n}`],
  [
    'an iterator as a local name',
    `${source}build {\n dynamic "source" {\n for_each = ["b"]\n labels = ["null.a"]\n content {\n name = source.value\n}\n}\n}`,
  ],
  ['null for the name of a build', inBuild('name = null\ndescription = null')],
  ['a list for the name of a build', inBuild('name = ["x"]')],
  ['what is no block of a build', inBuild('foo = 1\nbar {}')],
  ['from', inBuild('from "x" {\n y = foo\n}')],
  ['communicator', `communicator "ssh" "x" {\n y = foo\n}\n${rest}`],
  ['post-processors with more', inBuild('post-processors {\n x = 1\n provisioner "shell" {}\n}')],
  ['labels of a provisioner', inBuild('provisioner {\n}\nprovisioner "shell-local" "x" {\n}')],
  ['no pause and no time', inProvisioner('max_retries = -1\npause_before = "-5s"\ntimeout = ""')],
  ['retries as text', inProvisioner('max_retries = "2"')],
  ['half a retry', inProvisioner('max_retries = 1.5')],
  [
    'null meta-arguments',
    inProvisioner('pause_before = null\ntimeout = null\nmax_retries = null\nname = null'),
  ],
  ['null filters', inProvisioner('only = null\nexcept = null\noverride = null')],
  [
    'wrong meta-arguments',
    inProvisioner('name = {}\npause_before = ["5s"]\nmax_retries = "two"\nonly = "null.a"'),
  ],
  ['only and except', inProvisioner('only = ["null.a"]\nexcept = ["null.a"]')],
  [
    'a weak override',
    inBuild('provisioner "shell-local" {\n override = { a = { inline = "a,b" } }\n}'),
  ],
  ['null for an option', inProvisioner('environment_vars = null\nscript = null')],
  ['an unknown type of provisioner', inBuild('provisioner "shell-locl" {\n}')],
  ['an unknown type of post-processor', inBuild('post-processor "manifst" {\n}')],
  [
    'build.* in a source',
    'source "null" "a" {\n ssh_host = build.name\n}\nbuild {\n sources = ["null.a"]\n}',
  ],
  [
    'dynamic without content',
    inBuild('dynamic "provisioner" {\n for_each = [1]\n labels = ["shell-local"]\n}'),
  ],
  ['dynamic without labels', inBuild('dynamic "provisioner" {\n for_each = [1]\n content {}\n}')],
  [
    'dynamic with too many labels',
    inBuild(
      'dynamic "provisioner" {\n for_each = [1]\n labels = ["shell-local", "x"]\n content {}\n}',
    ),
  ],
  [
    'dynamic with too few labels',
    inBuild('dynamic "provisioner" {\n for_each = [1]\n labels = []\n content {}\n}'),
  ],
  [
    'dynamic with labels for nothing',
    inBuild('dynamic "post-processors" {\n for_each = [1]\n labels = ["x"]\n content {}\n}'),
  ],
  [
    'dynamic over a number and null',
    inBuild(
      'dynamic "provisioner" {\n for_each = 5\n labels = ["shell-local"]\n content {}\n}\ndynamic "provisioner" {\n for_each = null\n labels = ["shell-local"]\n content {}\n}',
    ),
  ],
  [
    'dynamic of an unknown type',
    inBuild('dynamic "provisioner" {\n for_each = [1]\n labels = ["shell-locl"]\n content {}\n}'),
  ],
  [
    'arguments of a variable',
    variable('description = ["x"]\nsensitive = 1\ndefault = 1\nnullable = true'),
  ],
  ['literals that convert', variable('description = 5\nsensitive = "true"\ndefault = 1')],
  ['null for literals', variable('description = null\nsensitive = null\ndefault = 1')],
  ['default by a function', variable('default = upper("x")')],
  ['default by a variable', variable('default = var.y')],
  ['default by the environment', variable('default = env("HOME")')],
  ['a misspelled type', variable('type = strng\ndefault = "x"')],
  ['a type in quotes', variable('type = "string"\ndefault = "x"')],
  ['a default that does not fit', variable('type = map(string)\ndefault = { a = [] }')],
  [
    'a condition that is not met',
    variable('default = 1\nvalidation {\n condition = var.x > 1\n error_message = "Too small."\n}'),
  ],
  [
    'a condition about something else',
    variable('default = 1\nvalidation {\n condition = true\n error_message = "Too small."\n}'),
  ],
  [
    'half a sentence',
    variable('default = 1\nvalidation {\n condition = var.x == 1\n error_message = "too small"\n}'),
  ],
  ['blocks in locals', `locals {\n a {\n }\n}\n${rest}`],
  ['a version that does not fit', `packer {\n required_version = "~> 99.0"\n}\n${rest}`],
  ['a version that is none', `packer {\n required_version = 5\n}\n${rest}`],
  ['a beta is older than its release', `packer {\n required_version = ">= 1.5.0-beta"\n}\n${rest}`],
  ['a bool from 1', variable('type = bool'), ['-var', 'x=1']],
  ['a bool from text in quotes', variable('type = bool'), ['-var', 'x="true"']],
  ['a sum for a number', variable('type = number'), ['-var', 'x=1+1']],
  ['two elements for a tuple of one', variable('default = ["a"]'), ['-var', 'x=["a","b"]']],
  ['a variable that is not there', rest, ['-var', 'x=1']],
  ['a variable file of no known kind', rest, ['-var-file', 'x.txt']],
];

for (const [title, text, flags = []] of cases) {
  testWithPacker(`bake and packer say the same of ${title}`, async () => {
    const cwd = mkdtempSync(join(folder.path, 'case-'));
    writeFileSync(join(cwd, 'a.pkr.hcl'), text);
    const args = ['validate', ...flags, '.'];
    const theirs = verdict(runPacker(args, { cwd }));
    expect(verdict(await runBake(args, { cwd }))).toEqual(theirs);
  });
}
