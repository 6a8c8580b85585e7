import { afterEach, expect, test } from '@jest/globals';
import { planAt, workspace } from './bake-template.ts';

/** Misspelled names are answered with what really exists where they stand. */

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const source = 'source "test" "web" {\n  file = "x"\n}\n';
const inBuild = (text: string): string =>
  `${source}build {\n  sources = ["test.web"]\n${text}\n}\n`;
const inProvisioner = (text: string): string =>
  inBuild(`provisioner "say" {\n  text = "x"\n${text}\n}`);
const local = (text: string): string =>
  `locals {\n  greeting = "hi"\n  x = ${text}\n}\n${inBuild('')}`;

test.each([
  ['a block', `sorce "test" "a" {\n}\n${inBuild('')}`, 'source'],
  ['a source', `${source}build {\n  sources = ["test.wbe"]\n}\n`, 'source.test.web'],
  ['a source by its label', `${source}build {\n  source "test.wbe" {}\n}\n`, 'source.test.web'],
  ['a builder', `source "tset" "a" {\n}\nbuild {\n  sources = ["tset.a"]\n}\n`, 'test'],
  ['a provisioner', inBuild('provisioner "sya" {\n}'), 'say'],
  ['a post-processor', inBuild('post-processor "cpoy" {\n}'), 'copy'],
  ['a data source', `data "ehco" "d" {\n  input = "x"\n}\n${inBuild('')}`, 'echo'],
  ['an option', inProvisioner('  fialures = 1'), 'failures'],
  ['a meta-argument', inProvisioner('  max_retires = 1'), 'max_retries'],
  [
    'a meta-argument of a post-processor',
    inBuild('post-processor "copy" {\n  to = "x"\n  keep_input_artefact = true\n}'),
    'keep_input_artifact',
  ],
  [
    'an option of a block',
    `source "test" "a" {\n  file = "x"\n  disk {\n    size = 1\n    szie = 2\n  }\n}\nbuild {\n  sources = ["test.a"]\n}\n`,
    'size',
  ],
  ['an overridden option', inProvisioner('  override = { web = { txet = "x" } }'), 'text'],
  [
    'a choice',
    `source "test" "a" {\n  file = "x"\n  fail = "bild"\n}\nbuild {\n  sources = ["test.a"]\n}\n`,
    'build',
  ],
  ['a source in only', inProvisioner('  only = ["test.wbe"]'), 'test.web'],
  ['a source in override', inProvisioner('  override = { wbe = { text = "x" } }'), 'web'],
  ['a local', local('local.greetign'), 'local.greeting'],
  ['a variable', `variable "region" {\n  default = "eu"\n}\n${local('var.regoin')}`, 'region'],
  ['a root name', local('locl.greeting'), 'local'],
  ['a function', local('uper("x")'), 'upper'],
  ['a function in {{ }}', inProvisioner('  env = { a = "{{ uper `x` }}" }'), 'upper'],
  ['a name in {{ }}', inProvisioner('  command = "x {{ .Paht }}"'), '.Path'],
  ['a fact of the build in {{ }}', inProvisioner('  command = "{{ .Hots }}"'), '.Host'],
  ['a fact of the build', inProvisioner('  env = { a = build.Hots }'), 'Host'],
  [
    'an attribute of a data source',
    `data "echo" "d" {\n  input = "x"\n}\n${local('data.echo.d.outptu')}`,
    'output',
  ],
  [
    'a data source by name',
    `data "echo" "first" {\n  input = "x"\n}\n${local('data.echo.frist.output')}`,
    'data.echo.first',
  ],
  ['a type', `variable "x" {\n  type = strng\n  default = "x"\n}\n${inBuild('')}`, 'string'],
])('%s', async (_, text, suggestion) => {
  const { path, remove } = workspace({ 'a.pkr.hcl': text });
  cleanups.push(remove);
  const { diagnostics } = await planAt(path);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.detail).toContain(`Did you mean "${suggestion}"?`);
});
