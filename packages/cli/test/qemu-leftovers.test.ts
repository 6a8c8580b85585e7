import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoQemu, writeTinyGuest } from '@bake/plugin-sdk/testing';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { type Running, runBake, scratch, startBake } from './run-bake.ts';
import { sideBySide } from './side-by-side.ts';

jest.setTimeout(120_000);
const reason = whyNoQemu();
const when = reason === undefined ? describe : describe.skip;

/** The machine waits for Enter, which turns it off; its disk is then written anew, slowly enough to be interrupted. */
const template = `
source "qemu" "tiny" {
  accelerator   = "tcg"
  headless      = true
  disk_image    = true
  iso_url       = "guest.raw"
  iso_checksum  = "none"
  disk_size     = "1G"
  memory        = 32
  communicator  = "none"
  vtpm          = VTPM
  http_content  = { "/x" = "x" }
  cd_content    = { "x" = "x" }
  boot_wait     = "1500ms"
  boot_command  = ["<wait><enter>"]
  qemu_img_args {
    convert = ["-r", "1M"]
  }
}
build {
  sources = ["qemu.tiny"]
}
`.replace('VTPM', String(spawnSync('swtpm', ['--version']).status === 0));

/** Processes may have ended by then. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

when(`what qemu builds leave behind${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  afterAll(() => folder.remove());

  interface Place {
    readonly path: string;
    readonly tmp: string;
    readonly env: Readonly<Record<string, string>>;
  }

  let count = 0;
  function place(): Place {
    count += 1;
    const path = join(folder.path, `${count}`);
    const [tmp, state] = [join(folder.path, `${count}-t`), join(folder.path, `${count}-state`)];
    for (const made of [path, tmp]) mkdirSync(made);
    writeFileSync(join(path, 'main.pkr.hcl'), template);
    writeTinyGuest(join(path, 'guest.raw'), 'keys', 'print keys');
    // Content, so that converting it takes a while.
    execFileSync('sh', ['-c', 'head -c 5000000 /dev/urandom >> guest.raw'], { cwd: path });
    return { path, tmp, env: { TMPDIR: tmp, BAKE_STATE_DIR: state } };
  }

  function start({ path, env }: Place): Running {
    return startBake(['build', 'main.pkr.hcl'], { cwd: path, env });
  }

  /** Processes of a place, by their numbers. What bake starts has the folder for temporary files in its environment. */
  function processesOf({ tmp }: Place): readonly string[] {
    const find = `grep -lsa ${tmp} /proc/[0-9]*/environ | cut -d/ -f3`;
    const { stdout } = spawnSync('sh', ['-c', find], { encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean);
  }

  /** Waits until the disk is being written anew, which is said a little before. */
  async function converting(here: Place): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const commands = processesOf(here).map((pid) => readIfThere(`/proc/${pid}/cmdline`));
      if (commands.some((command) => command.includes('\0convert\0'))) return;
      await sleep(20);
    }
  }

  function expectNothingLeft(here: Place): void {
    const { path, tmp } = here;
    expect(processesOf(here)).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
    expect(readdirSync(path).toSorted()).toEqual(['guest.raw', 'main.pkr.hcl']);
  }

  const moments = [
    'Copying hard drive',
    'Starting the TPM',
    'Starting VM',
    'Waiting 1.5s for boot',
    'Typing the boot command',
    'Converting hard drive',
  ].filter((moment) => template.includes('vtpm          = true') || !moment.includes('TPM'));

  test('Ctrl-C at any moment leaves nothing', () =>
    sideBySide(moments, async (moment) => {
      const here = place();
      const run = start(here);
      await run.sees(moment);
      run.process.kill('SIGINT');
      const { code, stdout, stderr } = await run.finished;
      expect(stdout).toContain('Cleanly cancelled builds after being interrupted.');
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expectNothingLeft(here);
      const cleanup = await runBake(['cleanup'], { env: here.env });
      expect(cleanup.stdout).toBe('Nothing was left behind.\n');
    }));

  test('kill -9 at any moment, and bake cleanup removes the rest', () =>
    sideBySide(moments, async (moment) => {
      const here = place();
      const run = start(here);
      await run.sees(moment);
      if (moment.startsWith('Converting')) await converting(here);
      run.process.kill('SIGKILL');
      await run.finished;
      const cleanup = await runBake(['cleanup'], { env: here.env });
      expect(cleanup).toMatchObject({ code: 0, stderr: '' });
      // Of a machine, or of a conversion that was under way.
      if (moment.startsWith('Converting')) expect(cleanup.stdout).toContain('qemu-img convert');
      expectNothingLeft(here);
    }));

  test('the machine stays for a look with -on-error=abort, and bake cleanup ends it', async () => {
    const here = place();
    const waits = template.replace('["<wait><enter>"]', '["x"]');
    writeFileSync(
      join(here.path, 'main.pkr.hcl'),
      `${waits.replace('boot_wait', 'shutdown_timeout = "1s"\n boot_wait')}`,
    );
    const run = startBake(['build', '-on-error=abort', '.'], { cwd: here.path, env: here.env });
    const { code, stdout } = await run.finished;
    expect(code).toBe(1);
    expect(stdout).toContain('Timeout while waiting for machine to shut down.');
    const picture = /screen shows: (\S+\.png)/.exec(stdout)?.[1] as string;
    expect(existsSync(picture)).toBe(true);
    const running = spawnSync('pgrep', ['-f', `qemu-system.*${here.tmp}`]);
    expect(running.status).toBe(0);
    await runBake(['cleanup'], { env: here.env });
    spawnSync('rm', [picture]);
    expectNothingLeft(here);
  });
});
