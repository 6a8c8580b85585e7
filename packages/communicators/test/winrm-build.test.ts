import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { WinrmMachine } from './winrm-machine/machine.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';
import { winrmWays } from './winrm-options.ts';

const packages = process.env['BAKE_INSTALLED'] ?? join(import.meta.dirname, '..', '..');
const bake = join(packages, 'cli', 'bin', 'bake.js');
let root: string;
let work: string;
let machine: WinrmMachine | undefined;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bake-winrm-'));
  work = mkdtempSync(join(tmpdir(), 'bake-build-'));
});
afterEach(() => machine?.close());
afterAll(() => Promise.all([root, work].map((folder) => rm(folder, { recursive: true }))));

/** A source that reaches the machine, and a build of it. */
function template(more: string, provisioners: string): string {
  const { host, port, username, password } = machine as WinrmMachine;
  const file = join(work, 'main.pkr.hcl');
  writeFileSync(
    file,
    `source "null" "windows" {
  communicator   = "winrm"
  winrm_host     = "${host}"
  winrm_port     = ${port}
  winrm_username = "${username}"
  winrm_password = "${password}"
  ${more}
}
build {
  sources = ["null.windows"]
  ${provisioners}
}
`,
  );
  return file;
}

async function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(program, args, {
    cwd: work,
    env: { ...env, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], output, errors] = await Promise.all([
    once(child, 'close') as Promise<[number]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, output: output + errors };
}

/** The options of a config as they stand in a template. */
function lines(config: object): string {
  return Object.entries(config)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n');
}

describe.each(winrmWays)('by $way:', ({ config, machine: settings }) => {
  test('the builder null provisions a machine', async () => {
    machine = await startWinrmMachine({ root, ...settings });
    writeFileSync(join(work, 'hello.txt'), 'häuser\n');
    const file = template(
      lines(config),
      `provisioner "file" {
    source      = "hello.txt"
    destination = "C:\\\\greetings\\\\"
  }
  provisioner "file" {
    source      = "C:/greetings/hello.txt"
    destination = "back.txt"
    direction   = "download"
  }
  provisioner "shell-local" {
    environment_vars = ["FACTS=\${build.ConnType} \${build.User}@\${build.Host}:\${build.Port}", "P=\${build.WinRMPassword}\${build.Password}"]
    inline           = ["cat back.txt", "echo $FACTS", "echo password $P"]
  }`,
    );
    const { code, output } = await run(process.execPath, [bake, 'build', file]);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await readFile(join(root, 'greetings', 'hello.txt'), 'utf8')).toBe('häuser\n');
    expect(output).toContain('Using WinRM communicator to connect: 127.0.0.1');
    expect(output).toContain('null.windows: häuser');
    expect(output).toContain(`winrm Administrator@127.0.0.1:${machine.port}`);
    expect(output).toContain('password <sensitive><sensitive>');
    expect(output).not.toContain(machine.password);
    expect(machine.shells).toBe(0);
  }, 30_000);
});

test('a machine that does not answer fails the build, and says why', async () => {
  machine = await startWinrmMachine({ root, logins: ['ntlm'] });
  const file = template('winrm_timeout = "1s"', '');
  const { code, output } = await run(process.execPath, [bake, 'build', file]);
  expect(code).toBe(1);
  expect(output).toContain("Build 'null.windows' errored");
  expect(output).toContain('Timeout waiting for WinRM');
  expect(output.replace(/\s+/g, ' ')).toContain('it does not take Basic but Negotiate');
  expect(output).not.toContain(machine.password);
}, 30_000);

test('a template without user is refused before anything is asked', async () => {
  machine = await startWinrmMachine({ root });
  const file = template('', '');
  writeFileSync(file, (await readFile(file, 'utf8')).replace(/.*winrm_username.*\n/, ''));
  const { code, output } = await run(process.execPath, [bake, 'validate', file]);
  expect(code).toBe(1);
  expect(output).toContain('Missing winrm_username');
  expect(machine.asked).toEqual([]);
}, 30_000);

/** Packer as one more client that others have made. */
const reason = whyNoPacker();
if (reason !== undefined) {
  console.warn(`SKIPPED: the WinRM machine with packer: ${reason}`);
  test.skip(`the WinRM machine with packer: ${reason}`, () => undefined);
} else {
  test.each([
    { way: 'Basic', more: '' },
    { way: 'NTLM', more: 'winrm_use_ntlm = true' },
  ])(
    'packer connects to the machine by $way',
    async ({ more }) => {
      machine = await startWinrmMachine({ root, password: 'Sesame, open!', tellsTime: false });
      const file = template(
        `${more}\nwinrm_timeout = "20s"`,
        'provisioner "shell-local" { inline = ["echo here"] }',
      );
      const { code, output } = await run('packer', ['build', file]);
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain('Connected to WinRM!');
    },
    60_000,
  );
}

function whyNoPacker(): string | undefined {
  try {
    execFileSync('packer', ['version'], {
      stdio: 'ignore',
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    return undefined;
  } catch {
    return 'packer is not installed';
  }
}
