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
import { elevatedScript } from '@bake/plugin-sdk/windows';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import powershell, { type PowershellConfig } from '../src/powershell/component.ts';
import { inlineScript } from '../src/powershell/inline-script.ts';
import { decodeCommand } from './decode-command.ts';
import { syntaxErrors } from './powershell-syntax.ts';

let folder = '';
let script = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-powershell-'));
  script = join(folder, 'script.ps1');
  await writeFile(script, 'Write-Host 1\r\nexit 0\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const data = { ID: 'i-1', PackerHTTPAddr: '10.0.0.1:8080', PackerHTTPIP: 'ERR_HTTP_IP_NOT' };

/** Runs the provisioner against a fake machine; the script goes to c:/s.ps1, its variables to c:/v.ps1. */
async function play(given: Partial<PowershellConfig>, options: FakeMachineOptions = {}) {
  const machine = fakeMachine(options);
  const context = testContext({ data });
  const paths = { remote_path: 'c:/s.ps1', remote_env_var_path: 'c:/v.ps1' };
  const config = withDefaults(powershell.config, { ...paths, ...given });
  const error = await powershell.provision(config, machine, context).catch((thrown) => thrown);
  const uploads = machine.calls.filter((call) => call.kind === 'upload');
  const [command = ''] = machine.commands;
  return { machine, context, error, uploads, command };
}

const variables =
  '$env:PACKER_BUILDER_TYPE="test"; $env:PACKER_BUILD_NAME="example"; $env:PACKER_HTTP_ADDR="10.0.0.1:8080"; ';
const quiet =
  "if (Test-Path variable:global:ProgressPreference){set-variable -name variable:global:ProgressPreference -value 'SilentlyContinue'};";
const run = ". {{.Vars}}; &'{{.Path}}'; exit $LastExitCode }";

describe('execute_command by default', () => {
  test.each<[Partial<PowershellConfig>, string]>([
    [{ script: 's' }, `powershell -executionpolicy bypass "& { ${quiet}${run}"`],
    [
      { script: 's', debug_mode: 2 },
      `powershell -executionpolicy bypass "& { ${quiet}Set-PsDebug -Trace 2;${run}"`,
    ],
    [
      { script: 's', execution_policy: 'allsigned', use_pwsh: true },
      `pwsh -executionpolicy allsigned -command "& { ${quiet}${run}"`,
    ],
    [{ script: 's', execution_policy: 'none' }, `& { ${quiet}${run}`],
    [
      { script: 's', execution_policy: 'none', elevated_user: 'u' },
      `powershell -command "& { ${quiet}${run}"`,
    ],
    [{ inline: ['x'] }, 'powershell -executionpolicy bypass -file {{.Path}}'],
    [{ inline: ['x'], use_pwsh: true }, 'pwsh -executionpolicy bypass -file {{.Path}}'],
    [{ inline: ['x'], execution_policy: 'none' }, "& { &'{{.Path}}'; exit $LastExitCode }"],
  ])('of %j', async (given, want) => {
    const { defaultCommand } = await import('../src/powershell/execute-command.ts');
    const command = defaultCommand(withDefaults(powershell.config, given));
    expect(command).toBe(want);
    const block = /& \{.*\}/.exec(command)?.[0] ?? '';
    expect(syntaxErrors(block.replaceAll(/\{\{\.\w+\}\}/g, 'c:/x.ps1'))).toEqual([]);
  });
});

test('a script file is uploaded byte for byte with its variables, run, and removed', async () => {
  const { machine, context, error, uploads, command } = await play({ script });
  expect(error).toBeUndefined();
  expect(uploads.map(({ remotePath, content }) => [remotePath, content.toString()])).toEqual([
    ['c:/v.ps1', variables],
    ['c:/s.ps1', 'Write-Host 1\r\nexit 0\n'],
  ]);
  expect(command).toBe(
    `powershell -executionpolicy bypass "& { ${quiet}. c:/v.ps1; &'c:/s.ps1'; exit $LastExitCode }"`,
  );
  expect(machine.commands).toHaveLength(2);
  const removal = decodeCommand(machine.commands[1] ?? '');
  expect(removal).toBe(
    "$ProgressPreference = 'SilentlyContinue'; Remove-Item -LiteralPath 'c:/v.ps1', 'c:/s.ps1' -Force -ErrorAction SilentlyContinue; if (Test-Path -LiteralPath 'c:/v.ps1', 'c:/s.ps1') { exit 1 }; exit 0",
  );
  expect(syntaxErrors(removal)).toEqual([]);
  expect(context.ui.said).toEqual([
    'Provisioning with Powershell...',
    `Provisioning with powershell script: ${script}`,
  ]);
  expect(context.pending).toEqual([]);
});

describe('where files go', () => {
  const inTemp = { remote_path: undefined, remote_env_var_path: undefined };

  test('by default: a name of their own', async () => {
    const { uploads } = await play({ script, ...inTemp } as Partial<PowershellConfig>);
    expect(uploads.map(({ remotePath }) => remotePath)).toEqual([
      expect.stringMatching(/^c:\/Windows\/Temp\/packer-ps-env-vars-[0-9a-f-]{36}\.ps1$/),
      expect.stringMatching(/^c:\/Windows\/Temp\/script-[0-9a-f-]{36}\.ps1$/),
    ]);
  });

  test.each(['c:/x/', 'c:\\x\\'])('into the folder %s: by their names', async (remote_path) => {
    const { uploads } = await play({ scripts: [script, script], remote_path });
    expect(uploads[1]?.remotePath).toBe(`${remote_path}script.ps1`);
    expect(uploads).toHaveLength(4);
  });
});

test('skip_clean leaves everything there', async () => {
  const { machine, context } = await play({ script, skip_clean: true, pause_after: 1 });
  expect(machine.commands).toHaveLength(1);
  expect(context.ui.said.at(-1)).toBe('Pausing 1ms after this provisioner...');
});

describe('variables', () => {
  test('are rendered, escaped, sorted and overridden by env', async () => {
    const { machine } = await play({
      script,
      environment_vars: ['B=1', 'Q={{.ID}} $x "y" `z` \'w\'', 'EQ=a=b'],
      env: { B: '2{{.ID}}' },
    });
    expect(machine.uploaded('c:/v.ps1')).toBe(
      `$env:B="2i-1"; $env:EQ="a=b"; ${variables}$env:Q="i-1 \`$x \`"y\`" \`\`z\`\` \`'w\`'"; `,
    );
    expect(syntaxErrors(machine.uploaded('c:/v.ps1') ?? '')).toEqual([]);
  });

  test.each<[Partial<PowershellConfig>, string]>([
    [{ env_var_format: 'A %s=%s;' }, 'A '],
    [{ elevated_user: 'SYSTEM', elevated_env_var_format: 'E %s=%s;' }, 'E '],
    [{ elevated_user: 'SYSTEM', env_var_format: 'A %s=%s;' }, '$env:'],
  ])('are written as %j says', async (given, start) => {
    const { machine } = await play({ script, ...given });
    expect(machine.uploaded('c:/v.ps1')?.startsWith(`${start}PACKER_BUILDER_TYPE`)).toBe(true);
  });

  test('that are not ASCII get a byte order mark', async () => {
    const { machine } = await play({ script, env: { NAME: 'Zoë' } });
    expect(machine.uploaded('c:/v.ps1')?.startsWith('\ufeff$env:NAME="Zoë"')).toBe(true);
  });
});

describe('inline', () => {
  const wrapped = `$global:ProgressPreference = 'SilentlyContinue'
try {
${variables}
Write-Host "{{.ID}}"
if ($true) { exit 3 }
} catch {
  Write-Error -ErrorRecord $_ -ErrorAction Continue
  exit 1
}
if (Test-Path variable:LASTEXITCODE) { exit $LASTEXITCODE }
exit 0
`;

  test('becomes a script that sets its variables and tells how it went', async () => {
    const { machine, command, context } = await play({
      inline: ['Write-Host "{{.ID}}"', 'if ($true) { exit 3 }'],
    });
    expect(machine.uploaded('c:/s.ps1')).toBe(wrapped);
    expect(syntaxErrors(wrapped)).toEqual([]);
    expect(command).toBe('powershell -executionpolicy bypass -file c:/s.ps1');
    expect(context.ui.said[1]).toBe('Provisioning with powershell script: inline script');
    expect(machine.uploaded('c:/v.ps1')).toBe(variables);
  });

  test('traces with debug_mode, and keeps here-strings whole', () => {
    const text = inlineScript({ variables: '', commands: ["@'", ' a', "'@"], debugMode: 1 });
    expect(text).toContain("Set-PSDebug -Trace 1\ntry {\n@'\n a\n'@\n} catch");
    expect(syntaxErrors(text)).toEqual([]);
  });
});

test('execute_command is a template of its own', async () => {
  const { command } = await play({ script, execute_command: 'pwsh {{.Path}} {{.Vars}} {{.ID}}' });
  expect(command).toBe('pwsh c:/s.ps1 c:/v.ps1 i-1');
});

describe('elevated', () => {
  const elevated = () => ({
    script,
    elevated_user: "O'Brien",
    elevated_password: 'p"$`w\u2019d',
  });

  test('runs a wrapper, which is removed whatever skip_clean says', async () => {
    const { machine, command, uploads } = await play({ ...elevated(), skip_clean: true });
    const wrapper = uploads[2];
    expect(wrapper?.remotePath).toMatch(
      /^C:\/Windows\/Temp\/packer-elevated-shell-[0-9a-f-]{36}\.ps1$/,
    );
    expect(wrapper?.mode).toBe(0o600);
    expect(command).toBe(`powershell -executionpolicy bypass -file "${wrapper?.remotePath}"`);
    const removal = decodeCommand(machine.commands[1] ?? '');
    expect(removal).toMatch(
      /schtasks\.exe \/end \/tn 'packer-[0-9a-f-]{36}' 2>&1 \| Out-Null; schtasks\.exe \/delete \/f /,
    );
    expect(removal).toContain(`Remove-Item -LiteralPath '${wrapper?.remotePath}' -Force`);
    expect(syntaxErrors(removal)).toEqual([]);
    expect(machine.commands).toHaveLength(2);
  });

  test('hands command, user and password to the scheduler, quoted', async () => {
    const { uploads } = await play(elevated());
    const text = uploads[2]?.content.toString() ?? '';
    expect(syntaxErrors(text)).toEqual([]);
    expect(text.startsWith('\ufeff')).toBe(true);
    // The grammar takes any word for a command, so it does not miss this one.
    expect(text).toMatch(
      /\n\} finally \{\n.*\n {2}Remove-Item .*\n {2}try \{ \$folder\.DeleteTask/,
    );
    expect(text).toContain(
      `'/s /c "' + 'powershell -executionpolicy bypass "& { ${quiet.replaceAll("'", "''")}. c:/v.ps1; &''c:/s.ps1''; exit $LastExitCode }"' + ' > "' + $log + '" 2>&1"'`,
    );
    expect(text).toContain(", 6, 'O''Brien', 'p\"$`w\u2019\u2019d', 1, $null)");
  });

  test('logs on as a service without a password', () => {
    const text = elevatedScript({ command: 'x', user: 'SYSTEM', password: '', task: 't' });
    expect(text).toContain(", 6, 'SYSTEM', $null, 5, $null)");
    expect(syntaxErrors(text)).toEqual([]);
  });

  test('has a command of its own', async () => {
    const { uploads } = await play({
      ...elevated(),
      execute_command: 'never',
      elevated_execute_command: 'E {{.Path}}',
    });
    expect(uploads[2]?.content.toString()).toContain(`"' + 'E c:/s.ps1' + '`);
  });

  test('leaves neither task nor password behind when it is cut off', async () => {
    const { machine, context, error } = await play(elevated(), {
      onCommand: ({ command }) => {
        if (command.includes('Encoded')) return 0;
        throw new Error('cut off');
      },
    });
    expect(error).toMatchObject({ message: 'cut off' });
    await context.cleanUp('failed');
    const removals = machine.commands.slice(1).map(decodeCommand);
    expect(removals).toEqual([
      expect.stringContaining('schtasks.exe /end'),
      expect.stringContaining("'c:/s.ps1'"),
    ]);
    expect(context.pending).toEqual([]);
  });
});

describe('the end of a script', () => {
  test.each([
    [
      { exitCode: 3 },
      {},
      'Script exited with non-zero exit status: 3. Allowed exit codes are: [0]',
    ],
    [{ exitCode: undefined, disconnected: true }, {}, 'Script disconnected unexpectedly'],
  ])('%j with %j fails, and what is there goes away', async (end, given, message) => {
    const { error, context, machine } = await play(
      { script, ...given },
      { onCommand: ({ command }) => (command.includes('Encoded') ? 0 : end) },
    );
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    await context.cleanUp('failed');
    expect(machine.commands).toHaveLength(2);
  });

  test.each([
    [{ exitCode: 3 }, [0, 3]],
    [{ exitCode: undefined, disconnected: true }, [0, 2300218]],
  ])('%j with %j is good', async (end, valid_exit_codes) => {
    const { error } = await play(
      { script, valid_exit_codes },
      { onCommand: ({ command }) => (command.includes('Encoded') ? 0 : end) },
    );
    expect(error).toBeUndefined();
  });
});

test('is tried again with all its files while the machine reboots', async () => {
  let attempts = 0;
  const { error, uploads } = await play(
    { inline: ['x'] },
    {
      onCommand: () => {
        attempts += 1;
        if (attempts === 1) throw new Failure({ summary: 'connection refused' });
        return 0;
      },
    },
  );
  expect(error).toBeUndefined();
  expect(uploads.map(({ remotePath }) => remotePath)).toEqual([
    'c:/v.ps1',
    'c:/s.ps1',
    'c:/v.ps1',
    'c:/s.ps1',
  ]);
});

describe('check', () => {
  test.each<[Partial<PowershellConfig>, string[]]>([
    [{ inline: ['x'] }, []],
    [{}, ['-: Either a script file or inline script must be specified.']],
    [
      { inline: ['x'], elevated_password: 'p' },
      ["elevated_password: Must supply an 'elevated_user' if 'elevated_password' provided"],
    ],
    [{ inline: ['x'], elevated_user: 'SYSTEM' }, []],
    [
      { inline: ['x'], debug_mode: 3 },
      ['debug_mode: 3 is an invalid Trace level for `debug_mode`; valid values are 0, 1, and 2'],
    ],
    [
      { inline: ['x'], environment_vars: ['=x'], elevated_execute_command: '{{nope}}' },
      [
        "environment_vars.0: Environment variable not in format 'key=value': =x",
        'elevated_execute_command: template: root:1: function "nope" not defined',
      ],
    ],
  ])('of %j complains %j', async (given, want) => {
    const config = withDefaults(powershell.config, given);
    expect(await complaintsOf((complain) => powershell.check?.(config, complain))).toEqual(want);
  });
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
        if (!/s\.ps1$/.test(path)) return;
        tries += 1;
        if (tries === 1) throw new Failure({ summary: 'connection refused' });
      },
    },
  );
  expect([tries, error !== undefined]).toEqual([row.tries, row.fails]);
});
