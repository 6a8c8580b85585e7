import { join } from 'node:path';
import { type Diagnostic, type Source, showRange, textOf } from '@bake/hcl';
import { afterEach, expect, test } from '@jest/globals';
import {
  CheckMemory,
  checkTemplate,
  load,
  type OpenFiles,
  type PlanOptions,
  plan,
} from '../src/index.ts';
import { fixtureRegistry, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const silent = (): void => {};

/** A folder whose files are open, with texts that are nowhere on the disk. */
function editor(): { path: string; write(name: string, text: string): void; open: OpenFiles } {
  const { path, remove } = workspace({});
  cleanups.push(remove);
  const sources = new Map<string, Source>();
  const write = (name: string, text: string): void => {
    sources.set(join(path, name), { name: join(path, name), text });
  };
  const open: OpenFiles = {
    get paths() {
      return sources.keys();
    },
    sourceOf: (file) => sources.get(file),
  };
  return { path, write, open };
}

function optionsFor(path: string, open: OpenFiles): PlanOptions {
  return {
    registry: fixtureRegistry(),
    variables: { environment: {}, files: [], assignments: [], warnUndeclared: true, open },
    only: [],
    except: [],
    readData: false,
    sequential: false,
    workingDir: path,
    startTime: new Date(),
    signal: new AbortController().signal,
    log: { say: silent, error: silent, output: silent, progress: silent },
  };
}

/** Everything of the diagnostics, in no particular order. */
function told(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .map(({ subject, context, ...rest }) =>
      JSON.stringify([
        rest,
        subject && [showRange(subject), textOf(subject)],
        context && [showRange(context), textOf(context)],
      ]),
    )
    .sort();
}

const build = (name: string): string => `source "test" "${name}" {
  file  = "\${var.name}-${name}"
  old   = "${name}"
  count = length(local.list)
}
build {
  sources = ["source.test.${name}"]
  provisioner "say" {
    text = "\${data.echo.d.output} \${build.Host} {{.Nothing}}"
    only = ["test.${name}"]
  }
  post-processor "copy" { to = "x" }
}
`;

const declarations = `variable "name" {
  default = "x"
}
locals {
  list = [var.name, "b"]
}
data "echo" "d" {
  input = "x"
}
`;

/** What is replaced by what, again and again; each may make a mistake or put one right. */
const edits: readonly (readonly [file: string, from: string | RegExp, to: string])[] = [
  ['a', /^s/, '# a comment\ns'],
  ['a', /^# a comment\n/, ''],
  ['b', 'default = "x"', 'default = 1\n  sensitive = true'],
  ['b', 'default = 1\n  sensitive = true', 'default = "x"'],
  ['b', '[var.name, "b"]', '12'],
  ['b', '12', '[var.nam, "b"]'],
  ['b', '[var.nam, "b"]', '[var.name, "b"]'],
  ['a', 'old   = "two"', 'older = "two"'],
  ['a', 'older = "two"', 'old   = "two"'],
  ['a', 'only = ["test.three"]', 'only = ["test.tree"]'],
  ['a', 'only = ["test.tree"]', 'only = ["test.three"]'],
  ['a', 'source.test.one"]', 'test.gone"]'],
  ['a', 'test.gone"]', 'source.test.one"]'],
  ['a', 'source.test.two"]', 'source.test.two", "test.three"]'],
  ['a', '", "test.three"]', '"]'],
  ['a', 'post-processor "copy" { to = "x" }', 'post-processor "copy" {'],
  ['a', 'post-processor "copy" {\n', 'post-processor "copy" { to = "x" }\n'],
  ['a', 'data.echo.d.output', 'local.missing'],
  ['a', 'local.missing', 'data.echo.d.output'],
  ['b', /$/, 'locals {\n  missing = "here"\n}\n'],
  ['b', 'locals {\n  missing = "here"\n}\n', ''],
  ['b', /$/, 'source "test" "gone" {\n  file = "y"\n}\n'],
  ['b', 'source "test" "gone" {\n  file = "y"\n}\n', ''],
  ['c', /^$/, build('four')],
  ['c', /[\s\S]+/, ''],
];

test('a check that remembers says what a plan says, after each of many edits', async () => {
  const { path, write, open } = editor();
  const texts: Record<string, string> = {
    a: ['one', 'two', 'three'].map(build).join('\n'),
    b: declarations,
    c: '',
  };
  const memory = new CheckMemory();
  const options = optionsFor(path, open);
  const kinds = new Set<string>();
  let seed = 3;
  for (let step = 0; step < 150; step += 1) {
    const possible = edits.filter(([file, from]) => texts[file]?.match(from));
    seed = (seed * 48_271) % 0x7f_ff_ff_ff;
    const [file, from, to] = possible[seed % possible.length] as (typeof edits)[0];
    texts[file] = (texts[file] as string).replace(from, to);
    for (const [name, text] of Object.entries(texts)) write(`${name}.pkr.hcl`, text);
    const { value: template } = load(path, open);
    const checked = await checkTemplate(template, options, memory);
    const { diagnostics } = await plan(template, options);
    for (const { code } of diagnostics) kinds.add(code);
    expect({ step, said: told(checked.diagnostics) }).toEqual({ step, said: told(diagnostics) });
  }
  expect(kinds.size).toBeGreaterThan(6);
});

test('a block that is as it was is not planned again, wherever it stands', async () => {
  const { path, write, open } = editor();
  write('a.pkr.hcl', declarations + build('one') + build('two'));
  const memory = new CheckMemory();
  const options = optionsFor(path, open);
  await checkTemplate(load(path, open).value, options, memory);
  const loaded: string[] = [];
  const { registry } = options;
  const watching: typeof registry = {
    ...registry,
    load: (kind, name) => {
      loaded.push(name);
      return registry.load(kind, name);
    },
  };
  const check = async (text: string): Promise<readonly string[]> => {
    loaded.length = 0;
    write('a.pkr.hcl', text);
    const { value } = load(path, open);
    await checkTemplate(value, { ...options, registry: watching }, memory);
    return loaded;
  };
  const moved = `# moved\n${declarations}${build('two')}${build('one')}`;
  expect(await check(moved)).toEqual(['echo']);
  expect(await check(moved.replace('{{.Nothing}}', 'changed'))).toEqual(
    expect.arrayContaining(['test', 'say', 'copy']),
  );
  expect(loaded.filter((name) => name === 'test')).toHaveLength(1);
});

test('a variable file that is open counts as it is there', async () => {
  const { path, write, open } = editor();
  write('a.pkr.hcl', declarations + build('one'));
  write('x.auto.pkrvars.hcl', 'nam = "y"\n');
  const { value: template } = load(path, open);
  const { diagnostics } = await checkTemplate(template, optionsFor(path, open), new CheckMemory());
  expect(diagnostics.map(({ code, subject }) => [code, subject?.source.name])).toContainEqual([
    'undefined-variable',
    join(path, 'x.auto.pkrvars.hcl'),
  ]);
});
