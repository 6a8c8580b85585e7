import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, withDefaults } from '@bake/plugin-sdk';
import {
  complaintsOf,
  connectSshMachine,
  type FakeMachineOptions,
  fakeMachine,
  faultyCommunicator,
  startSshMachine,
  testContext,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import shell, { type ShellConfig } from '../src/shell/component.ts';
import { localMachine } from './local-machine.ts';

let folder = '';
let script = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-shell-'));
  script = join(folder, 'script.sh');
  await writeFile(script, '#!/bin/sh\r\necho "$A" > out\r\nexit 0');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const data = { ID: 'i-1', PackerHTTPAddr: 'ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER' };

/** Runs the provisioner against a fake machine; scripts go to /r/s.sh. */
async function play(given: Partial<ShellConfig>, options: FakeMachineOptions = {}, values = data) {
  const machine = fakeMachine(options);
  const context = testContext({ data: values });
  const config = withDefaults(shell.config, { remote_folder: '/r', remote_file: 's.sh', ...given });
  let error: unknown;
  try {
    await shell.provision(config, machine, context);
  } catch (thrown) {
    error = thrown;
  }
  const uploads = machine.calls.filter((call) => call.kind === 'upload');
  return { machine, context, error, uploads };
}

const variables = "PACKER_BUILDER_TYPE='test' PACKER_BUILD_NAME='example' ";

describe('a script', () => {
  test('is uploaded with Unix line ends, run and removed', async () => {
    const { machine, context, error, uploads } = await play({ script });
    expect(error).toBeUndefined();
    expect(uploads).toMatchObject([{ remotePath: '/r/s.sh', mode: 0o755 }]);
    expect(machine.uploaded('/r/s.sh')).toBe('#!/bin/sh\necho "$A" > out\nexit 0\n');
    expect(machine.commands).toEqual([`chmod +x /r/s.sh; ${variables} /r/s.sh`, 'rm -f /r/s.sh']);
    expect(context.ui.said).toEqual([`Provisioning with shell script: ${script}`]);
    expect(context.pending).toEqual([]);
  });

  test('that is binary is uploaded byte for byte', async () => {
    const { machine } = await play({ script, binary: true });
    expect(machine.uploaded('/r/s.sh')).toContain('\r\nexit 0');
  });

  test('stays on the machine with skip_clean', async () => {
    const { machine } = await play({ script, skip_clean: true });
    expect(machine.commands).toHaveLength(1);
  });

  test('goes to /tmp by default, or where the machine wants it', async () => {
    const remote = { remote_folder: undefined, remote_file: undefined };
    const plain = await play({ script, ...remote } as Partial<ShellConfig>);
    expect(plain.uploads[0]?.remotePath).toMatch(/^\/tmp\/script_\d+\.sh$/);
    const own = await play({ script, ...remote } as Partial<ShellConfig>, { scriptFolder: '/opt' });
    expect(own.uploads[0]?.remotePath).toMatch(/^\/opt\/script_\d+\.sh$/);
    const told = await play({ script, remote_path: '/x/y' });
    expect(told.uploads[0]?.remotePath).toBe('/x/y');
  });

  test('is followed by the next one, each with its own upload', async () => {
    const { uploads, context } = await play({ scripts: [script, script] });
    expect(uploads).toHaveLength(2);
    expect(context.ui.said).toHaveLength(2);
  });

  test('that vanished after the check fails with its path', async () => {
    const { error } = await play({ script: join(folder, 'gone.sh'), start_retry_timeout: 0 });
    expect(error).toMatchObject({ message: expect.stringContaining('Error opening shell script') });
  });
});

describe('inline', () => {
  test.each([
    [['echo a', 'echo b'], undefined, '#!/bin/sh -e\necho a\necho b\n'],
    [['echo a'], '/bin/bash -x', '#!/bin/bash -x\necho a\n'],
    [['#!/usr/bin/env python3', 'print(1)'], undefined, '#!/usr/bin/env python3\nprint(1)\n'],
    [['#!/bin/zsh', 'x'], '/bin/sh', '#!/bin/sh\n#!/bin/zsh\nx\n'],
    [
      ['echo {{.ID}} {{build `ID`}} {{.Nope}}'],
      undefined,
      '#!/bin/sh -e\necho i-1 i-1 <no value>\n',
    ],
  ])('%j with shebang %j becomes %j', async (inline, inline_shebang, want) => {
    const given = inline_shebang === undefined ? { inline } : { inline, inline_shebang };
    const { machine } = await play(given);
    expect(machine.uploaded('/r/s.sh')).toBe(want);
  });
});

describe('variables', () => {
  test('are sorted, quoted and overridden by env', async () => {
    const { machine } = await play({
      inline: ['x'],
      environment_vars: ['B=1', "Q=it's", 'E=', 'EQ=a=b'],
      env: { B: '2', A: '{{.ID}}' },
    });
    expect(machine.commands[0]).toBe(
      `chmod +x /r/s.sh; A='{{.ID}}' B='2' E='' EQ='a=b' ${variables}Q='it'"'"'s'  /r/s.sh`,
    );
  });

  test('name the HTTP server of a builder that has one', async () => {
    const server = {
      PackerHTTPAddr: '10.0.0.1:8080',
      PackerHTTPIP: '10.0.0.1',
      PackerHTTPPort: 8080,
    };
    const { machine } = await play({ inline: ['x'] }, {}, { ...data, ...server });
    expect(machine.commands[0]).toContain(
      "PACKER_HTTP_ADDR='10.0.0.1:8080' PACKER_HTTP_IP='10.0.0.1' PACKER_HTTP_PORT='8080' ",
    );
  });

  test('take another format', async () => {
    const { machine } = await play({ inline: ['x'], env_var_format: 'set %s="%s"; ' });
    expect(machine.commands[0]).toContain('set PACKER_BUILDER_TYPE="test"; ');
  });

  test('go into a file of their own that only its owner reads', async () => {
    const { machine, uploads, context } = await play({
      inline: ['x'],
      env: { SECRET: 's' },
      use_env_var_file: true,
    });
    const [file] = uploads;
    expect(file).toMatchObject({ mode: 0o600 });
    expect(file?.remotePath).toMatch(/^\/r\/varfile_\d+\.sh$/);
    expect(file?.content.toString()).toContain("export SECRET='s'\n");
    expect(machine.commands).toEqual([
      `chmod +x /r/s.sh; . ${file?.remotePath} && /r/s.sh`,
      'rm -f /r/s.sh',
      `rm -f ${file?.remotePath}`,
    ]);
    expect(context.pending).toEqual([]);
  });
});

test('execute_command is a template of its own, and the file mode is set whatever the umask', async () => {
  const { machine } = await play({
    inline: ['x'],
    execute_command: 'sudo {{.Vars}}{{ .Path }} {{.ID}}',
  });
  expect(machine.commands.slice(0, 2)).toEqual([
    'chmod 0755 /r/s.sh',
    `sudo ${variables}/r/s.sh i-1`,
  ]);
});

describe('the end of a script', () => {
  const ends = (result: object): FakeMachineOptions => ({
    onCommand: ({ command }) => (command.startsWith('rm') ? 0 : result),
  });

  test.each([
    [
      { exitCode: 3 },
      {},
      'Script exited with non-zero exit status: 3. Allowed exit codes are: [0]',
    ],
    [
      { exitCode: 0 },
      { valid_exit_codes: [2, 3] },
      'non-zero exit status: 0. Allowed exit codes are: [2 3]',
    ],
    [{ exitCode: undefined, signal: 'KILL' }, {}, 'Script was ended by signal KILL'],
    [{ exitCode: undefined, disconnected: true }, {}, 'Script disconnected unexpectedly'],
  ])('%j with %j fails: %s', async (result, given, message) => {
    const { error, context, machine } = await play({ inline: ['x'], ...given }, ends(result));
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(context.pending).toEqual(['remove script']);
    await context.cleanUp('failed');
    expect(machine.commands.at(-1)).toBe('rm -f /r/s.sh');
  });

  test.each([
    [{ exitCode: 3 }, { valid_exit_codes: [0, 3] }],
    [{ exitCode: undefined, disconnected: true }, { expect_disconnect: true }],
    [{ exitCode: undefined, disconnected: true }, { valid_exit_codes: [0, 2300218] }],
  ])('%j with %j is good', async (result, given) => {
    const { error } = await play({ inline: ['x'], ...given }, ends(result));
    expect(error).toBeUndefined();
  });

  test('fails the build when the script can not be removed', async () => {
    const options = {
      onCommand: ({ command }: { command: string }) => (command.startsWith('rm') ? 1 : 0),
    };
    const { error } = await play({ inline: ['x'] }, options);
    expect(error).toMatchObject({
      message: expect.stringContaining('Error removing temporary script at /r/s.sh'),
      detail: expect.stringContaining('skip_clean'),
    });
  });
});

describe('starting', () => {
  test('is tried again until the machine is back, with a word about it', async () => {
    let attempts = 0;
    const { error, context } = await play(
      { inline: ['x'] },
      {
        onUpload() {
          attempts++;
          if (attempts === 1) throw new Failure({ summary: 'connection refused' });
        },
      },
    );
    expect(error).toBeUndefined();
    expect(attempts).toBe(2);
    expect(context.ui.said[1]).toBe(
      'Could not start the script yet: connection refused. Trying again for up to 5m0s.',
    );
  });

  test('is given up when the machine answers and it fails in the same way', async () => {
    let attempts = 0;
    const { error } = await play(
      { inline: ['x'] },
      {
        onUpload() {
          attempts++;
          throw new Failure({ summary: 'no such folder' });
        },
      },
    );
    expect(error).toMatchObject({ message: 'no such folder' });
    expect(attempts).toBe(2);
  });

  test('fails at once without a connection', async () => {
    const refuse = (): never => {
      throw new Failure({ summary: 'Upload is not implemented' });
    };
    const facts = { ConnType: 'none' };
    const { error, context } = await play({ inline: ['x'] }, { onUpload: refuse, facts });
    expect(error).toMatchObject({ message: 'Upload is not implemented' });
    expect(context.ui.said).toHaveLength(1);
  });
});

describe('really running', () => {
  test('gives output and leaves no script behind', async () => {
    const context = testContext({ data });
    const inline = ['echo "out $MODE {{.ID}}"', 'echo err >&2'];
    const config = withDefaults(shell.config, { inline, env: { MODE: "it's" } });
    const before = await readdir(folder);
    await shell.provision(config, localMachine(folder), context);
    expect(context.ui.outputOf('stdout')).toBe("out it's i-1\n");
    expect(context.ui.outputOf('stderr')).toBe('err\n');
    expect(await readdir(folder)).toEqual(before);
  });

  test('over SSH is tried again when an upload is lost, and leaves nothing', async () => {
    const root = join(folder, 'machine');
    await mkdir(root);
    const ssh = await startSshMachine({ root });
    const machine = await connectSshMachine(ssh);
    const communicator = faultyCommunicator(machine.communicator, ({ nth }) =>
      nth === 1 ? 'lost' : undefined,
    );
    const context = testContext();
    try {
      const config = withDefaults(shell.config, { inline: ['pwd; echo err >&2; exit 4'] });
      const running = shell.provision(config, { ...machine, communicator }, context);
      await expect(running).rejects.toThrow('status: 4');
      await context.cleanUp('failed');
    } finally {
      await communicator.close();
      await ssh.close();
    }
    expect(context.ui.outputOf('stdout')).toBe(`${await realpath(root)}\n`);
    expect(context.ui.outputOf('stderr')).toBe('err\n');
    expect(await readdir(root)).toEqual([]);
  });

  test('with a file of variables', async () => {
    const context = testContext();
    const config = withDefaults(shell.config, {
      inline: ['echo "$MODE"'],
      env: { MODE: `a 'b' "c" $d` },
      use_env_var_file: true,
    });
    await shell.provision(config, localMachine(folder), context);
    expect(context.ui.outputOf('stdout')).toBe(`a 'b' "c" $d\n`);
  });

  test('stops at the first command that fails', async () => {
    const context = testContext();
    const config = withDefaults(shell.config, { inline: ['false', 'echo never'] });
    await expect(shell.provision(config, localMachine(folder), context)).rejects.toThrow(
      'status: 1',
    );
    expect(context.ui.outputOf('stdout')).toBe('');
  });

  test('is ended by a cancel, and the script goes away', async () => {
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const before = await readdir(folder);
    const config = withDefaults(shell.config, { inline: ['echo up', 'sleep 100'] });
    const running = shell.provision(config, localMachine(folder), context);
    while (context.ui.outputOf('stdout') === '') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    controller.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    await context.cleanUp('failed');
    expect(await readdir(folder)).toEqual(before);
  });
});

test('pause_after waits and says so', async () => {
  const { context } = await play({ inline: ['x'], pause_after: 20 });
  expect(context.ui.said.at(-1)).toBe('Pausing 20ms after this provisioner...');
});

describe('check', () => {
  test.each<[Partial<ShellConfig>, string[]]>([
    [{ inline: ['x'] }, []],
    [{}, ['-: Either a script file or inline script must be specified.']],
    [{ inline: [] }, ['-: Either a script file or inline script must be specified.']],
    [
      { inline: ['x'], script: '/bin/sh' },
      ['inline: Only a script file or an inline script can be specified, not both.'],
    ],
    [
      { script: '/bin/sh', scripts: ['/bin/sh'] },
      ['script: Only one of script or scripts can be specified.'],
    ],
    [{ script: '/no/such' }, ["script: Bad script '/no/such': no such file or directory"]],
    [{ scripts: ['/dev/null', '/tmp'] }, ["scripts.1: Bad script '/tmp': it is a folder"]],
    [
      { inline: ['x'], environment_vars: ['A=1', '=x', 'nothing', 'B='] },
      [
        "environment_vars.1: Environment variable not in format 'key=value': =x",
        "environment_vars.2: Environment variable not in format 'key=value': nothing",
      ],
    ],
    [
      { inline: ['x'], execute_command: 'sh {{nope}}' },
      ['execute_command: template: root:1: function "nope" not defined'],
    ],
    [{ inline: ['x'], execute_command: '{{.Vars}} sh {{ .Path }} {{build_name}}' }, []],
  ])('of %j complains %j', async (given, want) => {
    const config = withDefaults(shell.config, given);
    expect(await complaintsOf((complain) => shell.check?.(config, complain))).toEqual(want);
  });
});
