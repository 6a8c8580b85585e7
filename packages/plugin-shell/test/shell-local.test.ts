import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import {
  complaintsOf,
  fakeMachine,
  type TestContextOptions,
  testContext,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalConfig } from '../src/shell-local/options.ts';
import postProcessor from '../src/shell-local/post-processor.ts';
import provisioner from '../src/shell-local/provisioner.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-shell-local-'));
  // Temporary files of other tests must not count as left behind by this one.
  Object.assign(process.env, { TMPDIR: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function play(given: Partial<LocalConfig>, options: TestContextOptions = {}) {
  const context = testContext({ data: { ID: 'i-1' }, ...options });
  const config = withDefaults(provisioner.config, given);
  try {
    await provisioner.provision(config, fakeMachine(), context);
  } catch (error) {
    await context.cleanUp('failed');
    throw error;
  }
  return { context, out: context.ui.outputOf('stdout') };
}

async function leftovers(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('packer-shell'));
}

test('runs commands here with the variables of the build', async () => {
  const before = await leftovers();
  const inline = ['echo "$A|$B|$PACKER_BUILD_NAME|$PACKER_BUILDER_TYPE|{{.ID}}"', 'echo e >&2'];
  const { context, out } = await play({
    inline,
    environment_vars: ["A=it's {{build_name}}"],
    env: { B: '{{.ID}}' },
  });
  expect(out).toBe("it's example|{{.ID}}|example|test|i-1\n");
  expect(context.ui.outputOf('stderr')).toBe('e\n');
  expect(context.ui.said).toEqual([
    expect.stringMatching(/^Running local shell script: .*packer-shell\d+$/),
  ]);
  expect(context.pending).toEqual([]);
  expect(await leftovers()).toEqual(before);
});

test('runs scripts in their order and names them as the template does', async () => {
  const names = ['one.sh', 'two.sh'];
  const scripts = names.map((name) => join(folder, name));
  for (const script of scripts) {
    await writeFile(script, '#!/bin/sh\necho "$0"\n', { mode: 0o755 });
  }
  const { context, out } = await play({ scripts });
  expect(out).toBe(`${scripts.join('\n')}\n`);
  expect(context.ui.said).toEqual(scripts.map((path) => `Running local shell script: ${path}`));
});

test.each<[string, Partial<LocalConfig>, string]>([
  ['command', { command: 'echo {{.ID}}' }, 'i-1\n'],
  ['another shebang', { inline: ['print("py")'], inline_shebang: '/usr/bin/env python3' }, 'py\n'],
  [
    'execute_command',
    { inline: ['x'], execute_command: ['/bin/echo', '{{.ID}}', '{{.Vars}}|'], env: { Z: '1' } },
    "i-1 PACKER_BUILDER_TYPE='test' PACKER_BUILD_NAME='example' Z='1' |\n",
  ],
  [
    'another format',
    { inline: ['echo "$Z"'], env: { Z: '1' }, env_var_format: 'export %s=%s; ' },
    '1\n',
  ],
  ['an extension', { inline: ['echo "${0##*.}"'], tempfile_extension: '.sh' }, 'sh\n'],
  ['this system', { inline: ['echo on'], only_on: ['linux', 'darwin'] }, 'on\n'],
  ['an allowed exit code', { inline: ['exit 7'], valid_exit_codes: [7] }, ''],
])('%s: %j', async (_name, given, want) => {
  expect((await play(given)).out).toBe(want);
});

test('does nothing on other systems, and says so', async () => {
  const { context, out } = await play({ inline: ['echo x'], only_on: ['windows'] });
  expect(out).toBe('');
  expect(context.ui.said).toEqual(['Skipping shell-local due to runtime OS']);
});

test('names scripts as the Linux subsystem does', async () => {
  const script = join(folder, 'C:', 'x.sh');
  const { out } = await play({
    script,
    use_linux_pathing: true,
    execute_command: ['/bin/echo', '{{.Script}}', '{{.Command}}'],
  });
  expect(out).toBe(`${script} ${script}\n`);
});

test('a failing script leaves its file to the cleanup', async () => {
  const before = await leftovers();
  const context = testContext();
  const config = withDefaults(provisioner.config, { inline: ['exit 4'] });
  await expect(provisioner.provision(config, fakeMachine(), context)).rejects.toThrow(
    'Script exited with non-zero exit status: 4. Allowed exit codes are: [0]',
  );
  await context.cleanUp('failed');
  expect(await leftovers()).toEqual(before);
});

test('a cancel ends the script and leaves nothing behind', async () => {
  const before = await leftovers();
  const controller = new AbortController();
  const running = play({ inline: ['sleep 100'] }, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('cancelled')), 100);
  await expect(running).rejects.toThrow('cancelled');
  expect(await leftovers()).toEqual(before);
});

test('a program that is not there is named', async () => {
  await expect(play({ inline: ['x'], execute_command: ['no-such-shell'] })).rejects.toThrow(
    'Could not start "no-such-shell"',
  );
});

describe('as a post-processor', () => {
  const artifact: Artifact = {
    builderId: 'x',
    id: 'y',
    files: [],
    description: 'z',
    destroy: async () => undefined,
  };

  test('hands its input on', async () => {
    const context = testContext();
    const config = withDefaults(postProcessor.config, { inline: ['echo pp'] });
    expect(await postProcessor.process(config, artifact, context)).toEqual({
      artifact,
      keepInput: true,
      mustKeepInput: true,
    });
    expect(context.ui.outputOf('stdout')).toBe('pp\n');
  });

  test('takes one command as a line for the shell', async () => {
    const context = testContext();
    const execute_command = ['echo "run $(basename {{.Script}})"'];
    const script = join(folder, 'any.sh');
    const config = withDefaults(postProcessor.config, { script, execute_command });
    await postProcessor.process(config, artifact, context);
    expect(context.ui.outputOf('stdout')).toBe('run any.sh\n');
  });
});

describe('check', () => {
  test.each<[Partial<LocalConfig>, string[]]>([
    [{ inline: ['x'] }, []],
    [{}, ['-: Command, Inline, Script and Scripts options cannot all be empty.']],
    [
      { command: 'x', inline: ['x'] },
      [
        'inline: You may only specify one of the following options: Command, Inline, Script or Scripts.',
      ],
    ],
    [
      { inline: ['x'], only_on: ['linux', 'plan9'] },
      ["only_on: Invalid OS specified in only_on: 'plan9'"],
    ],
    [
      { inline: ['x'], use_linux_pathing: true },
      ['use_linux_pathing: Commands cannot be run with "use_linux_pathing"'],
    ],
    [
      { scripts: ['/bin/sh', '/no/such'] },
      ["scripts.1: Bad script '/no/such': no such file or directory"],
    ],
    [
      { inline: ['x'], execute_command: ['sh', '{{'] },
      ['execute_command.1: template: root:1: unclosed action'],
    ],
  ])('of %j complains %j', async (given, want) => {
    const config = withDefaults(provisioner.config, given);
    expect(await complaintsOf((complain) => provisioner.check?.(config, complain))).toEqual(want);
    expect(await complaintsOf((complain) => postProcessor.check?.(config, complain))).toEqual(want);
  });
});
