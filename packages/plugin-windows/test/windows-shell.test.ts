import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, withDefaults } from '@bake/plugin-sdk';
import {
  complaintsOf,
  type FakeMachineOptions,
  fakeMachine,
  testContext,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import shell, { type WindowsShellConfig } from '../src/windows-shell/component.ts';
import { whyNoWine, wineMachine } from './wine-machine.ts';

let folder = '';
let script = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-windows-shell-'));
  script = join(folder, 'script.bat');
  await writeFile(script, Buffer.from('echo \xe9\necho 2\r\n', 'latin1'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const data = { ID: 'i-1' };

async function play(given: Partial<WindowsShellConfig>, options: FakeMachineOptions = {}) {
  const machine = fakeMachine(options);
  const context = testContext({ data });
  const config = withDefaults(shell.config, given);
  const error = await shell.provision(config, machine, context).catch((thrown) => thrown);
  const uploads = machine.calls.filter((call) => call.kind === 'upload');
  return { machine, context, error, uploads };
}

const variables = 'set "PACKER_BUILDER_TYPE=test" && set "PACKER_BUILD_NAME=example" && ';

test('inline becomes a batch file, as it stands, which stays on the machine', async () => {
  const { machine, context, error } = await play({
    inline: ['echo {{.ID}}', 'exit 0'],
    env: { Q: `it's "q"` },
  });
  expect(error).toBeUndefined();
  expect(machine.uploaded('c:/Windows/Temp/script.bat')).toBe('echo {{.ID}}\r\nexit 0\r\n');
  expect(machine.commands).toEqual([
    `${variables}set "Q=it's "q"" && "c:/Windows/Temp/script.bat"`,
  ]);
  expect(context.ui.said).toEqual([
    'Provisioning with windows-shell...',
    'Provisioning with shell script: inline script',
  ]);
  expect(context.pending).toEqual([]);
});

test.each([
  [false, 'echo \xe9\r\necho 2\r\n'],
  [true, 'echo \xe9\necho 2\r\n'],
])('a script file with binary %j is uploaded with the right line ends', async (binary, want) => {
  const { uploads } = await play({ script, binary, remote_path: 'c:/x.bat' });
  expect(uploads.map(({ remotePath }) => remotePath)).toEqual(['c:/x.bat']);
  expect(uploads[0]?.content.toString('latin1')).toBe(want);
});

test('execute_command and env_var_format are taken as given', async () => {
  const { machine } = await play({
    scripts: [script, script],
    execute_command: 'cmd /c {{.Vars}} {{.Path}}',
    env_var_format: '%s:%s;',
  });
  const command =
    'cmd /c PACKER_BUILDER_TYPE:test;PACKER_BUILD_NAME:example; c:/Windows/Temp/script.bat';
  expect(machine.commands).toEqual([command, command]);
});

test.each([
  [{ exitCode: 3 }, {}, 'Script exited with non-zero exit status: 3. Allowed exit codes are: [0]'],
  [{ exitCode: undefined, disconnected: true }, {}, 'Script disconnected unexpectedly'],
  [{ exitCode: 3 }, { valid_exit_codes: [3] }, undefined],
])('%j with %j: %s', async (end, given, message) => {
  const { error } = await play({ inline: ['x'], ...given }, { onCommand: () => end });
  expect(error?.message).toBe(message);
});

test.each<[Partial<WindowsShellConfig>, string[]]>([
  [{ inline: ['x'] }, []],
  [{}, ['-: Either a script file or inline script must be specified.']],
  [
    { inline: ['x'], script: '/bin/sh', environment_vars: ['=x'], execute_command: '{{nope}}' },
    [
      'inline: Only a script file or an inline script can be specified, not both.',
      "environment_vars.0: Environment variable not in format 'key=value': =x",
      'execute_command: template: root:1: function "nope" not defined',
    ],
  ],
])('check of %j complains %j', async (given, want) => {
  const config = withDefaults(shell.config, given);
  expect(await complaintsOf((complain) => shell.check?.(config, complain))).toEqual(want);
});

const suite = whyNoWine === undefined ? describe : describe.skip;

suite(`run by the cmd of Wine${whyNoWine === undefined ? '' : ` (${whyNoWine})`}`, () => {
  let machine: Awaited<ReturnType<typeof wineMachine>>;
  beforeAll(async () => {
    machine = await wineMachine();
  }, 120_000);
  afterAll(() => machine.remove(), 30_000);

  async function run(given: Partial<WindowsShellConfig>) {
    const context = testContext({ data });
    const config = withDefaults(shell.config, given);
    const error = await shell.provision(config, machine, context).catch((thrown) => thrown);
    return { error, out: context.ui.outputOf('stdout') };
  }

  test('inline sees its variables', async () => {
    const inline = ['@echo off', 'echo [%MODE%] [%PACKER_BUILD_NAME%]'];
    const { error, out } = await run({ inline, env: { MODE: "two words, it's" } });
    expect(error).toBeUndefined();
    expect(out).toContain("[two words, it's] [example]");
  }, 60_000);

  test('a file of a Unix editor finds its labels, and its exit code counts', async () => {
    const path = join(folder, 'unix.bat');
    await writeFile(path, '@echo off\ngoto end\necho never\n:end\necho done\nexit /b 7\n');
    const { error, out } = await run({ script: path });
    expect(error?.message).toContain('non-zero exit status: 7');
    expect(out).toContain('done');
    expect(out).not.toContain('never');
  }, 60_000);
});

test.each([
  { start_retry_timeout: 300_000, tries: 2, fails: false },
  { start_retry_timeout: 0, tries: 1, fails: true },
])('starting is tried again for start_retry_timeout: $start_retry_timeout', async (row) => {
  let tries = 0;
  const { error } = await play(
    { inline: ['x'], start_retry_timeout: row.start_retry_timeout },
    {
      onUpload(path) {
        if (!/script\.bat$/.test(path)) return;
        tries += 1;
        if (tries === 1) throw new Failure({ summary: 'connection refused' });
      },
    },
  );
  expect([tries, error !== undefined]).toEqual([row.tries, row.fails]);
});
