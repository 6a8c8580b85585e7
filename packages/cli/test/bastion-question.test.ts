import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSshd, whyNoPasswords, whyNoSshd } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import { bakeProgram, runBake, scratch } from './run-bake.ts';

const reason = whyNoSshd() ?? whyNoPasswords();
const password = 'never to be seen';

if (reason === undefined) registerTests();
else {
  console.warn(`SKIPPED: questions of a bastion: ${reason}`);
  test.skip(`questions of a bastion: ${reason}`, () => undefined);
}

/** Builds through a bastion that asks, in a folder of its own. */
async function throughBastion<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const byQuestions = ['UsePAM yes', 'AuthenticationMethods keyboard-interactive'];
  const bastion = await startSshd(byQuestions, { password });
  const machine = await startSshd();
  const folder = scratch();
  writeFileSync(join(folder.path, 'key'), machine.target.privateKey ?? '', { mode: 0o600 });
  writeFileSync(
    join(folder.path, 'main.pkr.hcl'),
    `
source "null" "a" {
  ssh_host                = "127.0.0.1"
  ssh_port                = ${machine.target.port}
  ssh_username            = "${machine.target.username}"
  ssh_private_key_file    = "key"
  ssh_bastion_host        = "127.0.0.1"
  ssh_bastion_port        = ${bastion.target.port}
  ssh_bastion_interactive = true
}
build {
  sources = ["source.null.a"]
  provisioner "shell" {
    inline = ["echo through"]
  }
}`,
  );
  try {
    return await work(folder.path);
  } finally {
    await Promise.all([bastion.stop(), machine.stop()]);
    folder.remove();
  }
}

function registerTests(): void {
  test('the password for a bastion is typed unseen, and is shown nowhere', async () => {
    const { status, shown } = await throughBastion((cwd) => {
      // A letter too many and taken back: the line is edited by bake, not by the terminal.
      const steps = JSON.stringify([['Password: ', `${password}x\u007f\r`]]);
      const typist = join(import.meta.dirname, 'type-at-terminal.py');
      const { status, stdout, stderr } = spawnSync(
        'python3',
        [typist, steps, process.execPath, bakeProgram, 'build', '.'],
        { cwd, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', PACKER_LOG: '1' } },
      );
      return { status, shown: stdout + stderr };
    });
    expect(shown).toContain('through');
    expect(shown).not.toContain(password);
    expect(status).toBe(0);
  }, 30_000);

  test('a build through a bastion that asks fails at once when nobody is there', async () => {
    const { code, stdout } = await throughBastion((cwd) => runBake(['build', '.'], { cwd }));
    expect(stdout).toContain("Build 'null.a' errored");
    expect(stdout).toContain('Error asking for input: no available tty');
    expect(code).toBe(1);
  }, 30_000);
}
