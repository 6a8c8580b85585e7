import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasProgram } from '@bake/plugin-sdk';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { bakeProgram, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(60_000);

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

const text = readFileSync(join(import.meta.dirname, '../../../action.yml'), 'utf8');
const action: Action = parse(text);

let folder: Scratch;
beforeAll(() => {
  folder = scratch();
  mkdirSync(join(folder.path, 'programs'));
  // What npx would install is what was built here.
  const npx = join(folder.path, 'programs', 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1 $2 $3" = "--yes --package=@bake/cli bake" ] || exit 9\nshift 3\nexec '${process.execPath}' '${bakeProgram}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
});
afterAll(() => folder.remove());

/** Runs the steps as GitHub does, until one fails, and gives what they said. */
function perform(inputs: Readonly<Record<string, string>>): { log: string; failed?: string } {
  let log = '';
  const given = (name: string): string => inputs[name] ?? action.inputs[name]?.default ?? '';
  for (const { name, if: condition, shell, env, run } of action.runs.steps) {
    const [, asked] = /^inputs\.(\S+) == 'true'$/.exec(condition ?? '') ?? [];
    if (asked !== undefined && given(asked) !== 'true') continue;
    if (condition === "inputs.version != ''" && given('version') === '') continue;
    expect(shell).toBe('bash');
    const values = Object.entries(env).map(([variable, value]) => {
      return [variable, value.replace(/\$\{\{ inputs\.(\S+) \}\}/, (_, input) => given(input))];
    });
    const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', run], {
      cwd: folder.path,
      encoding: 'utf8',
      env: {
        PATH: `${join(folder.path, 'programs')}${delimiter}${process.env['PATH']}`,
        HOME: folder.path,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: folder.path,
        ...Object.fromEntries(values),
      },
    });
    log += stdout + stderr;
    if (status !== 0) return { log, failed: name };
  }
  return { log };
}

const template = (body: string): void =>
  writeFileSync(join(folder.path, 'web.pkr.hcl'), body, { flag: 'w' });

test('inputs reach the shell as variables only, so that none of them is run', () => {
  for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
});

test('checks by default, and builds with the options of lines', () => {
  template(`variable "words" {}
source "null" "web" {
  communicator = "none"
}
build {
  sources = ["null.web"]
  provisioner "shell-local" {
    inline = ["echo '\${var.words}'"]
  }
}
`);
  const options = '-var=words=two words\n';
  expect(perform({ options }).log).toContain('The configuration is valid.');
  const { log, failed } = perform({
    path: 'web.pkr.hcl',
    options,
    build: 'true',
    'build-options': '-report=out.html\n-timestamp-ui=false',
  });
  expect([failed, log]).toEqual([undefined, expect.stringContaining('null.web: two words')]);
  expect(readFileSync(join(folder.path, 'out.html'), 'utf8')).toContain('two words');
});

test.each([
  {
    step: 'bake fmt',
    body: 'locals {\na=1\n}\n',
    annotation:
      /^::error file=web\.pkr\.hcl,line=1,.*title=Not in canonical layout::Run "bake fmt /m,
  },
  {
    step: 'bake init',
    body: 'locals {\n',
    annotation: /^::error file=web\.pkr\.hcl,line=1,endLine=\d+,col=\d+,title=/m,
    inputs: { fmt: 'false' },
  },
  {
    step: 'bake validate',
    body: 'build {\n  sources = ["null.none"]\n}\n',
    annotation: /^::error file=web\.pkr\.hcl,line=2,endLine=2,col=\d+,title=/m,
  },
])('$step fails with an annotation', ({ step, body, annotation, inputs = {} }) => {
  template(body);
  const { log, failed } = perform(inputs);
  expect([failed, log]).toEqual([step, expect.stringMatching(annotation)]);
  rmSync(join(folder.path, 'web.pkr.hcl'));
});

test('templates in JSON are checked, too', () => {
  const json = { source: { null: { a: { communicator: 'none' } } } };
  const build = { build: { sources: ['null.a'] } };
  writeFileSync(join(folder.path, 'new.pkr.json'), JSON.stringify({ ...json, ...build }));
  writeFileSync(join(folder.path, 'old.json'), '{"builders": [{"type": "nul"}]}');
  expect(perform({ path: 'new.pkr.json' }).failed).toBe(undefined);
  const { log, failed } = perform({ path: 'old.json' });
  expect([failed, log]).toEqual(['bake validate', expect.stringContaining('Did you mean "null"?')]);
});

/** act runs workflows as GitHub does, here without containers. It is a program in Go: CONTRIBUTING.md. */
const hasAct = await hasProgram('act');
if (!hasAct) console.warn('SKIPPED: the action by a runner: no act on PATH');
(hasAct ? test : test.skip)('a runner runs it in a workflow (SKIPPED without act)', () => {
  const project = join(folder.path, 'project');
  const at = (...names: readonly string[]): string => join(project, ...names);
  for (const path of [at('.github', 'workflows'), at('action')])
    mkdirSync(path, { recursive: true });
  writeFileSync(at('action', 'action.yml'), text);
  const templateWith = (option: string): string => `variable "words" {}
source "null" "web" {
  communicator = "none"
}
build {
  sources = ["null.web"]
  provisioner "shell-local" {
    ${option}
  }
}
`;
  writeFileSync(at('good.pkr.hcl'), templateWith('inline = ["echo said: ${var.words}"]'));
  writeFileSync(at('bad.pkr.hcl'), templateWith('inlin = []'));
  // act brings a checkout along from GitHub, which is not reached from here.
  const checkout = `run: cp -a '${project}/.' .`;
  writeFileSync(
    at('.github', 'workflows', 'images.yml'),
    `on: push
jobs:
  good:
    runs-on: ubuntu-latest
    steps:
      - ${checkout}
      - uses: ./action
        with:
          path: good.pkr.hcl
          build: "true"
          options: -var=words=two words
  bad:
    runs-on: ubuntu-latest
    steps:
      - ${checkout}
      - uses: ./action
        with:
          path: bad.pkr.hcl
          options: -var=words=none
`,
  );
  const PATH = `${join(folder.path, 'programs')}${delimiter}${process.env['PATH']}`;
  const env = { ...process.env, HOME: folder.path, PATH };
  const git = (...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=bake', '-c', 'user.email=bake@example.org'];
    expect(spawnSync('git', [...identity, ...args], { cwd: project, env }).status).toBe(0);
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=images');
  const run = (job: string) => {
    const args = ['push', '--job', job, '--platform', 'ubuntu-latest=-self-hosted'];
    const { status, stdout } = spawnSync('act', [...args, '--env', `PATH=${PATH}`], {
      cwd: project,
      encoding: 'utf8',
      env,
    });
    return { status, stdout };
  };
  const good = run('good');
  expect([good.status, good.stdout]).toEqual([
    0,
    expect.stringContaining('null.web: said: two words'),
  ]);
  const bad = run('bad');
  expect([bad.status, bad.stdout]).toEqual([
    1,
    expect.stringMatching(/::error file=bad\.pkr\.hcl,line=8,.*title=Unsupported argument::/),
  ]);
});
