import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { PlannedComponent, PlanOptions } from '../src/index.ts';
import { bake, headlines, planAt, transcript, workspace } from './bake-template.ts';

const builder = { type: 'test', file: 'a.txt' };

/** What planning a legacy template says, and what its plan is. */
async function planLegacy(
  template: unknown,
  options: Partial<PlanOptions> & {
    readonly assignments?: readonly string[];
    readonly variableFile?: string;
  } = {},
): Promise<{
  readonly said: readonly string[];
  readonly plan: Awaited<ReturnType<typeof planAt>>['plan'];
}> {
  const text = typeof template === 'string' ? template : JSON.stringify(template, null, 1);
  const { variableFile = '{}' } = options;
  const space = workspace({ 'template.json': text, 'values.json': variableFile });
  const variables = {
    environment: { HOME: '/home/ada' },
    files: [join(space.path, 'values.json')],
    assignments: options.assignments ?? [],
    warnUndeclared: true,
  };
  try {
    const path = join(space.path, 'template.json');
    const { plan, diagnostics } = await planAt(path, { variables, ...options });
    return { said: headlines(diagnostics), plan };
  } finally {
    space.remove();
  }
}

const texts = (components: readonly PlannedComponent[] | undefined): readonly unknown[] =>
  (components ?? []).map(({ config }) => (config as Readonly<Record<string, unknown>>)['text']);

test('builds are named after their builders and come in the order of those', async () => {
  const { said, plan } = await planLegacy({
    variables: { n: 'a' },
    builders: [builder, { ...builder, name: 'z' }, { ...builder, name: '{{user `n`}}-1' }],
  });
  expect(said).toEqual([]);
  expect(plan.builds.map(({ name, sourceName }) => [name, sourceName])).toEqual([
    ['test.a-1', 'a-1'],
    ['test', 'test'],
    ['test.z', 'z'],
  ]);
});

test.each([
  { text: '{{user `a`}}', want: 'x,y' },
  { text: '{{ user "a" }}!', want: 'x,y!' },
  { text: '{{user `a` | upper}} {{timestamp}}', want: '{{"x,y" | upper}} {{timestamp}}' },
  { text: '{{if eq (user `a`) "x"}}1{{end}}', want: '{{if eq ("x,y") "x"}}1{{end}}' },
  { text: '{{user (lower `A`)}} {{timestamp}}', want: 'x,y {{timestamp}}' },
  { text: '{{ `braces` | user | len }}{{"user"}}', want: '3{{"user"}}' },
  { text: '{{user `braces`}}', want: '{{"{{"}}b' },
  { text: '{{user `nope`}}.', want: '.' },
  { text: '{{/* user `a` */}}{{"user `a`"}}', want: '{{/* user `a` */}}{{"user `a`"}}' },
  { text: '{{ .user }} $user user `a`', want: '{{ .user }} $user user `a`' },
  { text: '${var.a} %{if}', want: '${var.a} %{if}' },
  { text: '{{ .WinRMPassword }}', want: '{{ build `WinRMPassword` }}' },
  { text: '{{.WinRMPassword | upper}}', want: '{{(build `WinRMPassword`) | upper}}' },
  {
    text: '{{/* .WinRMPassword */}}{{".WinRMPassword"}}',
    want: '{{/* .WinRMPassword */}}{{".WinRMPassword"}}',
  },
])('$text reaches a plugin as $want', async ({ text, want }) => {
  const { said, plan } = await planLegacy({
    variables: { a: 'x,y', braces: '{{"{{"}}b' },
    builders: [builder],
    provisioners: [{ type: 'say', text }],
  });
  expect(said.filter((each) => !each.includes('{{ .user }} has no value'))).toEqual([]);
  expect(texts(plan.builds[0]?.provisioners)).toEqual([want]);
});

test.each([
  { title: 'a default', variables: { v: 'd' }, want: 'd' },
  { title: 'a file over a default', variables: { v: 'd' }, file: '{"v": "f"}', want: 'f' },
  {
    title: '-var over a file',
    variables: { v: 'd' },
    file: '{"v": "f"}',
    given: ['v=a=b'],
    want: 'a=b',
  },
  { title: 'the environment', variables: { v: '{{env `HOME`}}' }, want: '/home/ada' },
  {
    title: 'another variable',
    variables: { v: '{{user `w`}}', w: '{{user `x`}}', x: '1' },
    want: '1',
  },
  {
    title: 'a component field left alone',
    variables: { v: '{{.X}}-{{env `HOME`}}' },
    want: '{{"{{"}}.X}}-/home/ada',
  },
])('a variable gets its value from $title', async ({ variables, file, given, want }) => {
  const { said, plan } = await planLegacy(
    { variables, builders: [builder], provisioners: [{ type: 'say', text: '{{user `v`}}' }] },
    { assignments: given ?? [], variableFile: file ?? '{}' },
  );
  expect(said).toEqual([]);
  expect(texts(plan.builds[0]?.provisioners)).toEqual([want]);
});

test('null is as good as leaving a property out', async () => {
  const absent = { pause_before: null, timeout: null, max_retries: null, only: null, wait: null };
  const { said, plan } = await planLegacy({
    builders: [{ ...builder, wait: null }],
    provisioners: [{ type: 'say', text: 'x', ...absent }],
  });
  expect(said).toEqual([]);
  expect(plan.builds[0]?.provisioners).toMatchObject([{ maxRetries: 0, pauseBefore: undefined }]);
});

test('config values become what the schema wants', async () => {
  const { said, plan } = await planLegacy({
    variables: { size: '5', wait: '2s' },
    builders: [
      {
        ...builder,
        file: 7,
        wait: '{{user `wait`}}',
        tags: [{ a: 1 }, { b: true, c: null, '{{user `size`}}': '{{user `size`}}' }],
        disk: { size: '{{user `size`}}' },
      },
    ],
    provisioners: [{ type: 'say', text: 'x', max_retries: '3', pause_before: '1s' }],
  });
  expect(said).toEqual([]);
  const [build] = plan.builds;
  expect(build?.builder.config).toMatchObject({ file: '7', wait: '2s', disk: [{ size: 5 }] });
  expect(JSON.stringify(build?.builder.config)).toContain('"a":"1","b":"1","c":""');
  expect(build?.provisioners[0]).toMatchObject({ maxRetries: 3, pauseBefore: 1000 });
});

test('what is null is as good as not there', async () => {
  const { said, plan } = await planLegacy({
    variables: null,
    'sensitive-variables': null,
    builders: [
      { ...builder, name: null, wait: null },
      { ...builder, name: 'z' },
    ],
    provisioners: [{ type: 'say', text: 'x', override: null, pause_before: null }],
    'error-cleanup-provisioner': null,
    'post-processors': null,
    description: null,
  });
  expect(said).toEqual([]);
  expect(plan.builds.map(({ name }) => name)).toEqual(['test', 'test.z']);
  const unnamed = await planLegacy({ builders: [{ ...builder, name: '' }] });
  expect(unnamed.plan.builds.map(({ name }) => name)).toEqual(['test']);
});

test('core reads durations as they are written, numbers as nanoseconds', async () => {
  const provisioner = { type: 'say', text: 'x', timeout: 2_000_000, max_retries: '{{user `n`}}' };
  const { said, plan } = await planLegacy({
    variables: { n: '3' },
    builders: [{ ...builder, name: 7 }],
    provisioners: [provisioner, { ...provisioner, pause_before: '{{user `n`}}s' }],
  });
  expect(said).toEqual(['template.json:24 Failed to parse pause_before duration']);
  expect(plan.builds[0]?.provisioners[0]).toMatchObject({ timeout: 2, maxRetries: 3 });
  expect(plan.builds[0]?.sourceName).toBe('7');
});

test('a provisioner has no name', async () => {
  const { said } = await planLegacy({
    builders: [builder],
    provisioners: [{ type: 'say', text: 'x', name: 'y' }],
  });
  expect(said).toEqual(['template.json:12 Extraneous JSON object property']);
});

test('only, except and override know builders by the names written', async () => {
  const { said, plan } = await planLegacy({
    variables: { n: 'one' },
    builders: [
      { ...builder, name: '{{user `n`}}' },
      { ...builder, name: 'two' },
    ],
    provisioners: [
      { type: 'say', text: 'first', only: ['{{user `n`}}'] },
      { type: 'say', text: 'second', except: 'two' },
      { type: 'say', text: 'third', override: { two: { text: 'for two' } } },
    ],
    'error-cleanup-provisioner': { type: 'say', text: 'oh', only: ['two'] },
    'post-processors': [
      'copy',
      { type: 'copy', to: 'x', only: ['two'], keep_input_artifact: 'true' },
    ],
  });
  // The post-processor that is a name alone has no "to".
  expect(said).toEqual(['template.json:48 Missing required argument']);
  expect(plan.builds.map((build) => texts(build.provisioners))).toEqual([
    ['first', 'second', 'third'],
    ['for two'],
  ]);
  expect(plan.builds.map(({ errorCleanup }) => errorCleanup !== undefined)).toEqual([false, true]);
  expect(plan.builds[1]?.postProcessors[1]?.[0]).toMatchObject({ name: 'copy', keepInput: true });
});

test('-only and -except take exact names, and -except post-processors with what follows', async () => {
  const template = {
    builders: [
      { ...builder, name: 'one' },
      { ...builder, name: 'two' },
    ],
    'post-processors': [
      [
        { type: 'copy', to: 'x' },
        { type: 'copy', name: 'late', to: 'y' },
        { type: 'copy', to: 'z' },
      ],
    ],
  };
  const only = await planLegacy(template, { only: ['one'] });
  expect(only.plan.builds.map(({ name }) => name)).toEqual(['test.one']);
  const pattern = await planLegacy(template, { only: ['o*'] });
  expect(pattern.said).toEqual(['No builds to run']);
  const except = await planLegacy(template, { except: ['two', 'late'] });
  expect(except.plan.builds.map(({ name }) => name)).toEqual(['test.one']);
  expect(except.plan.builds[0]?.postProcessors.map(({ length }) => length)).toEqual([1]);
});

test('sensitive variables are secrets of the plan', async () => {
  const { said, plan } = await planLegacy({
    variables: { a: 'geheim', b: 'open' },
    'sensitive-variables': ['a', 'bb'],
    builders: [builder],
  });
  expect(said).toEqual(['template.json:8 There is no variable "bb" to keep secret']);
  expect(JSON.stringify(plan.secrets)).toContain('geheim');
  expect(JSON.stringify(plan.secrets)).not.toContain('open');
});

test.each([
  {
    text: 'source "null" "a" {}',
    want: ['Cannot read "TEMPLATE" as a legacy JSON template', '1 Invalid JSON keyword'],
  },
  { text: '{"builders": [{"type": "test"}],', want: ['1 Unclosed object'] },
  { text: '[]', want: ['1 Invalid template', '1 At least one builder must be defined'] },
  { text: '{}', want: ['1 At least one builder must be defined'] },
])('$text is told to be no template', async ({ text, want }) => {
  const { said } = await planLegacy(text);
  const shown = said.map((line) =>
    line.replace(/"\/.*"/, '"TEMPLATE"').replace('template.json:', ''),
  );
  expect(shown).toEqual(want);
});

test('every mistake is told at its line', async () => {
  const { said } = await planLegacy(`{
  "builder": [],
  "_comment": 1,
  "min_packer_version": "9.0.0",
  "variables": {
    "number": 5,
    "needed": null,
    "a": "{{user \`b\`}}",
    "b": "{{user \`a\`}}",
    "c": "{{nofunc}}",
    "d": "{{vault \`x\` \`y\`}}"
  },
  "builders": [
    { "type": "test", "file": "a", "file": "b" },
    { "type": "test", "file": "a",
      "fial": 1 },
    { "name": "x" },
    { "type": "tset", "name": "y" }
  ],
  "provisioners": [
    { "type": "say", "text": "x",
      "only": ["tets"],
      "except": ["test"] },
    { "type": "say", "text": "{{env \`HOME\`}}" },
    { "type": "say", "text": "{{user (lowr \`A\`)}}" },
    { "type": "say", "text": "x", "override": {
      "tets": {},
      "test": 1 } },
    { "type": "say", "text": "x",
      "continue_on_error": true },
    { "type": "say", "text": "x",
      "pause_before": "x" }
  ],
  "post-processors": [1, [["copy"]], { "to": "x" }]
}`);
  expect(said.toSorted()).toEqual([
    'template.json:10 Cannot expand the variable "c"',
    'template.json:11 Cannot expand the variable "d"',
    'template.json:14 Template has duplicate field: "file"',
    'template.json:15 Builder with name "test" already exists',
    'template.json:16 Extraneous JSON object property',
    'template.json:17 Missing type of builder',
    'template.json:18 Unknown source type tset',
    'template.json:2 Unknown root level key in template: "builder"',
    'template.json:22 "only" names a builder that is not there: "tets"',
    "template.json:23 only one of 'only' or 'except' may be specified",
    'template.json:24 Invalid template in "text"',
    'template.json:25 Invalid template in "text"',
    'template.json:27 "override" names a builder that is not there: "tets"',
    'template.json:28 Invalid override of "test"',
    'template.json:3 Invalid "_comment"',
    'template.json:30 Unsupported argument',
    'template.json:32 Failed to parse pause_before duration',
    'template.json:34 Invalid post-processor',
    'template.json:34 Missing type of post-processor',
    'template.json:34 Sequence not allowed to be nested in a sequence',
    'template.json:4 Unsupported Packer Core version',
    'template.json:6 Invalid variable "number"',
    'template.json:7 Required variable not set: "needed"',
    'template.json:9 Cannot expand the variable "b"',
  ]);
});

test('a legacy template runs', async () => {
  const space = workspace({
    'template.json': JSON.stringify({
      variables: { who: 'Ada' },
      builders: [{ ...builder, name: 'one' }],
      provisioners: [{ type: 'say', text: 'hello {{user `who`}} {{build_name}} {{build `ID`}}' }],
      'post-processors': [{ type: 'copy', to: 'b.txt' }],
    }),
  });
  const before = process.cwd();
  try {
    process.chdir(space.path);
    const { result, events } = await bake('template.json');
    expect(result.builds.map(({ name, outcome }) => [name, outcome])).toEqual([['test.one', 'ok']]);
    expect(transcript(events)).toEqual([
      'disks:',
      'hello Ada one i-1',
      'machine stopped',
      'Running post-processor: copy',
    ]);
  } finally {
    process.chdir(before);
    space.remove();
  }
});
