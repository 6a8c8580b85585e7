import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, jest, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { bakeProgram, runBake, scratch } from './run-bake.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const values = join(fixtures, 'values');
const beyond = join(fixtures, 'beyond');
const folder = scratch();
const state = join(folder.path, 'state');
const historyFile = join(state, 'bake', 'console-history');

// Every line starts a process or two, and machines may be busy.
jest.setTimeout(60_000);
beforeEach(() => rmSync(state, { recursive: true, force: true }));
afterAll(() => folder.remove());

/** Lines that mean the same in Packer 1.6.6, mistakes with their exit code and headline only. */
const inputs = [
  '',
  '\n',
  '  1 + 1  \n',
  '1\n\n',
  '1\r\n2\r\n',
  '1\nexit\n2\n',
  '"a\\nb"\n',
  'null\n',
  '[[], {}, 1e20, 0.1 + 0.2, "a\\nb", {b = true, c = null}]\n',
  'local.spaced\n',
  'local.from_it\n',
  'var\n',
  'var.password\n',
  '[path.root, path.cwd]\n',
  'variables\n',
  '1 / "x"\n2\n',
];

for (const input of inputs) {
  testWithPacker(
    `bake console says what packer console says to ${JSON.stringify(input)}`,
    async () => {
      const theirs = runPacker(['console', '.'], { cwd: values, input });
      const ours = await runBake(['console', '.'], { cwd: values, input });
      const relevant = (stdout: string): string =>
        theirs.code === 0 ? stdout : (stdout.trimEnd().split('\n').at(-1) as string);
      expect(relevant(ours.stdout)).toBe(relevant(theirs.stdout));
      expect(ours.code).toBe(theirs.code);
    },
  );
}

const legacy = JSON.stringify({
  variables: { a: 'x', s: 's3cret-w0rd', r: null, home: '{{env `HOME`}}', chain: '{{user `a`}}!' },
  'sensitive-variables': ['s'],
  builders: [{ type: 'null' }],
});

for (const input of [
  '{{ upper `a` }}\n',
  'plain\n',
  '{{ user `a` }}-{{user `s`}}-{{user `chain`}}\n',
  '{{user `nobody`}}|{{.Field}}\n',
  '{{user `r`}}{{user `home`}}\nexit\n{{upper `b`}}\n',
  '{{split `a-b` `-` 1}} {{pwd}} {{template_dir}} {{isotime `2006`}}',
  '\n',
  '',
]) {
  testWithPacker(
    `bake console says of a legacy template what packer console says to ${JSON.stringify(input)}`,
    async () => {
      writeFileSync(join(folder.path, 'template.json'), legacy);
      const args = ['console', '-var', 'r=1', 'template.json'];
      const theirs = runPacker(args, { cwd: folder.path, input });
      const ours = await runBake(args, { cwd: folder.path, input });
      expect(ours.stdout).toBe(theirs.stdout);
      expect(ours.code).toBe(theirs.code);
    },
  );
}

test.each([
  {
    args: ['template.json'],
    input: 'variables',
    says: 'a: x\nchain: x!\nhome: /home/ada\ns: <sensitive>\n',
  },
  { args: ['-config-type=json'], input: 'upper("a")', says: 'upper("a")\n' },
  { args: ['-config-type=json', '-var', 'v=1'], input: '{{user `v`}}', says: '1\n' },
  { args: [], input: '{{ upper `a` }}', says: 'A\n' },
  { args: [], input: 'upper("{{b}}")', says: '{{B}}\n' },
])('bake console $args says $says to $input', async ({ args, input, says }) => {
  writeFileSync(join(folder.path, 'template.json'), legacy);
  const settings = { cwd: folder.path, input, env: { HOME: '/home/ada' } };
  const { stdout, code } = await runBake(['console', ...args], settings);
  expect(stdout).toBe(says);
  expect(code).toBe(0);
});

test.each(['{{ nope }}', '{{ upper', '{{env `HOME`}}', '{{build_name}}'])(
  'bake console fails on %s in a legacy template',
  async (input) => {
    writeFileSync(join(folder.path, 'template.json'), legacy);
    const { stdout, code } = await runBake(['console', 'template.json'], {
      cwd: folder.path,
      input,
    });
    const excerpt =
      /^Error: Cannot expand this\n\n {2}on <console-input> line 1, .*\n +1 \| \{\{.*\n +\| +\^/;
    expect(stdout).toMatch(excerpt);
    expect(code).toBe(1);
  },
);

test.each([
  { input: '{{ upper | uper `a` }}', says: 'Did you mean "upper"?' },
  { input: '{{build_name}}', says: "only the options of a build's components" },
  { input: '{{split `a` (user `s`) 1}}', says: 'value, <sensitive>,' },
])('bake console tells of $input: $says', async ({ input, says }) => {
  writeFileSync(join(folder.path, 'template.json'), legacy);
  const { stdout } = await runBake(['console', 'template.json'], { cwd: folder.path, input });
  expect(stdout.replaceAll('\n', ' ')).toContain(says);
});

test.each([
  { input: 'packer.version', says: '1.16.0' },
  { input: 'local.greeting', says: 'HELLO' },
  { input: 'local.token', says: '<sensitive>' },
  { input: '"${var.password}!"', says: '<sensitive>' },
  { input: 'length(local.login)', says: '2' },
  { input: 'local.faulty', says: '<unknown>' },
])('bake console answers $input with $says', async ({ input, says }) => {
  expect(await runBake(['console', beyond], { input })).toEqual({
    code: 0,
    stdout: `${says}\n`,
    stderr: '',
  });
});

test.each([
  { input: 'data.null.greeting', says: 'There is no variable named "data" here.' },
  { input: 'build.name', says: 'There is no variable named "build" here.' },
  { input: 'source.name', says: 'There is no variable named "source" here.' },
  { input: 'var.pasword', says: 'on <console-input> line 1, column 4' },
  { input: '1 +\n2', says: '2\n' },
  { input: 'upper(', says: 'Error: ' },
])('bake console fails on $input', async ({ input, says }) => {
  const { code, stdout } = await runBake(['console', beyond], { input });
  expect(stdout).toContain(says);
  expect(code).toBe(1);
});

test('bake console needs no template', async () => {
  const input = '"${path.root}|${upper("a")}|${fileexists("main.pkr.hcl")}"';
  for (const args of [['console'], ['console', '-config-type=hcl2']]) {
    const { stdout, code } = await runBake(args, { input, cwd: values });
    expect(stdout).toBe('|A|true\n');
    expect(code).toBe(0);
  }
});

test('bake console shows what is wrong with the template and stops', async () => {
  const path = join(folder.path, 'broken.pkr.hcl');
  writeFileSync(path, 'variable "x {\n');
  const { stdout, code } = await runBake(['console', path], { input: '1\n' });
  expect(stdout).toMatch(/^Error: /);
  expect(code).toBe(1);
});

const whyNoTerminal =
  process.platform === 'win32' || spawnSync('python3', ['-c', 'import pty']).status !== 0
    ? 'there is no python3 to make a terminal'
    : undefined;

/** What a conversation of `[wait for, type]` steps shows; a test of it is left out without a terminal. */
function testAtTerminal(title: string, body: () => void | Promise<void>): void {
  if (whyNoTerminal === undefined) test(title, body);
  else test.skip(`${title} (${whyNoTerminal})`, body);
}

function type(
  args: readonly string[],
  steps: readonly (readonly [string, string])[],
  environment: Readonly<Record<string, string>> = {},
): { readonly code: number | null; readonly shown: string } {
  const driver = join(import.meta.dirname, 'type-at-terminal.py');
  const command = [process.execPath, bakeProgram, 'console', ...args];
  const { status, stdout } = spawnSync('python3', [driver, JSON.stringify(steps), ...command], {
    env: {
      ...process.env,
      BAKE_STATE_DIR: '',
      XDG_STATE_HOME: state,
      NO_COLOR: '1',
      TERM: 'xterm',
      ...environment,
    },
    encoding: 'utf8',
  });
  return { code: status, shown: stdout.replaceAll('\r', '') };
}

const enter = '\r';
const up = '\u001b[A';
const ctrlC = '\u0003';
const ctrlD = '\u0004';

testAtTerminal('bake console goes on after a mistake until exit', () => {
  const { code, shown } = type(
    [values],
    [
      ['> ', `1 +${enter}`],
      ['Missing expression', ''],
      ['> ', `upper(var.name)${enter}`],
      ['\nWEB', ''],
      ['> ', `variables${enter}`],
      ['local.upper: "WEB"', ''],
      ['> ', `exit${enter}`],
    ],
  );
  expect(shown).toContain('var.password: "<sensitive>"');
  expect(shown).not.toContain('Unset variable');
  expect(code).toBe(0);
});

testAtTerminal('bake console says why values are unknown', () => {
  const { code, shown } = type([beyond], [['> ', ctrlD]]);
  expect(shown).toContain('This object has no attribute named "nobody"');
  expect(code).toBe(0);
});

testAtTerminal(
  'bake console can be interrupted while it waits for a service, and goes on',
  async () => {
    // This process stands still while it waits for the terminal's, so nobody answers.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, shown } = type(
      [values],
      [
        ['> ', `consul_key("a")${enter}`],
        ['\n', ctrlC],
        ['It was interrupted while waiting', ''],
        ['> ', `6 * 7${enter}`],
        ['\n42', ''],
        ['> ', `exit${enter}`],
      ],
      { CONSUL_HTTP_ADDR: `127.0.0.1:${port}` },
    );
    server.close();
    expect(shown).toContain('consul_key() failed');
    expect(code).toBe(0);
  },
);

testAtTerminal('bake console completes names', () => {
  const { shown } = type(
    [values],
    [
      ['> ', 'upp'],
      ['upp', '\t'],
      ['er(', `local.up`],
      ['local.up', '\t'],
      ['per', `)${enter}`],
      ['\nWEB', ''],
      ['> ', ctrlD],
    ],
  );
  expect(shown).toContain('\nWEB\n');
});

testAtTerminal('Ctrl-C in bake console clears the line, then leaves', () => {
  const { code, shown } = type(
    [],
    [
      ['> ', 'nonsense'],
      ['nonsense', ctrlC],
      ['> ', `40 + 2${enter}`],
      ['\n42', ''],
      ['> ', ctrlC],
    ],
  );
  expect(shown).not.toContain('Error');
  expect(code).toBe(0);
});

testAtTerminal('bake console keeps a history, but not of lines that begin with a space', () => {
  type(
    [],
    [
      ['> ', `40 + 2${enter}`],
      ['\n42', ''],
      ['> ', ` "s3cret"${enter}`],
      ['\ns3cret', ''],
      ['> ', `exit${enter}`],
    ],
  );
  expect(readFileSync(historyFile, 'utf8')).toBe('40 + 2\n');
  expect(statSync(historyFile).mode & 0o777).toBe(0o600);
  const { shown } = type(
    [],
    [
      ['> ', up],
      ['40 + 2', ` + 1${enter}`],
      ['\n43', ''],
      ['> ', ctrlD],
    ],
  );
  expect(shown).toContain('\n43\n');
});

testAtTerminal('bake console does without a history that cannot be written', () => {
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(state, 'a file where the folder should be');
  const { code, shown } = type(
    [],
    [
      ['> ', `40 + 2${enter}`],
      ['\n42', ''],
      ['> ', ctrlD],
    ],
  );
  expect(shown).toContain('\n42\n');
  expect(code).toBe(0);
});
