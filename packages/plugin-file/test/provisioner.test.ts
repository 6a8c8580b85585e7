import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, withDefaults } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import {
  complaintsOf,
  type FakeMachineOptions,
  fakeMachine,
  testContext,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import provisioner, { type CopyConfig } from '../src/provisioner/component.ts';

let folder = '';
let script = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-copy-'));
  script = join(folder, 'run me.sh');
  await writeFile(script, 'content of the script');
  await chmod(script, 0o750);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const decoded = (given: Partial<CopyConfig>): CopyConfig => withDefaults(provisioner.config, given);

async function play(given: Partial<CopyConfig>, options: FakeMachineOptions = {}) {
  const machine = fakeMachine(options);
  const context = testContext({ data: { ID: 'i-1' } });
  await provisioner.provision(decoded(given), machine, context);
  return { machine, said: context.ui.said };
}

describe('upload', () => {
  test.each([
    ['/opt/app', '/opt/app'],
    ['/opt/', '/opt/run me.sh'],
    ['/opt/{{.ID}}', '/opt/i-1'],
  ])('of a file to %s makes %s with its mode', async (destination, remotePath) => {
    const { machine, said } = await play({ source: script, destination });
    expect(machine.calls).toEqual([
      {
        kind: 'upload',
        remotePath,
        content: Buffer.from('content of the script'),
        mode: 0o750,
      },
    ]);
    expect(said).toEqual([`Uploading ${script} => ${destination.replace('{{.ID}}', 'i-1')}`]);
  });

  test.each(['', '/'])('of a folder keeps "%s" at its end', async (slash) => {
    const { machine } = await play({ source: folder + slash, destination: '/opt' });
    expect(machine.calls).toEqual([
      { kind: 'upload-dir', localDir: folder + slash, remoteDir: '/opt' },
    ]);
  });

  test('of a pipe fails, as nothing ends waiting for its writer', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    try {
      await expect(play({ source: pipe, destination: '/opt/' })).rejects.toThrow(
        `Not a file: ${pipe}`,
      );
    } finally {
      await rm(pipe);
    }
  });

  test('of several takes them in their order, "source" last', async () => {
    const other = join(folder, 'other');
    await writeFile(other, '');
    const { machine } = await play({
      sources: [other, folder],
      source: script,
      destination: '/o/',
    });
    expect(machine.calls.map((call) => call.kind)).toEqual(['upload', 'upload-dir', 'upload']);
  });

  test('of content writes a file for its owner alone', async () => {
    const { machine, said } = await play({ content: 'secret', destination: '/etc/token' });
    expect(machine.calls).toMatchObject([{ remotePath: '/etc/token', mode: 0o600 }]);
    expect(machine.uploaded('/etc/token')).toBe('secret');
    expect(said).toEqual(['Uploading content => /etc/token']);
  });

  test('of nothing does nothing', async () => {
    const { machine } = await play({ destination: '/x' });
    expect(machine.calls).toEqual([]);
  });

  test('of a file that is not there names it', async () => {
    const given = { source: '/no/such', destination: '/x', generated: true };
    await expect(play(given)).rejects.toThrow('Could not read "/no/such"');
  });
});

describe('download', () => {
  const direction = 'download';
  const files = { '/var/log/a.log': 'AAA', '/var/log/b log.log': 'BBB' };

  test.each([
    ['plain', 'file.txt', 'file.txt'],
    ['into a folder', 'deep/er/', 'deep/er/a.log'],
    ['into a new folder', 'new/folder/name', 'new/folder/name'],
  ])('%s', async (_name, to, made) => {
    const destination = join(folder, to) + (to.endsWith('/') ? '/' : '');
    const { said } = await play({ source: '/var/log/a.log', destination, direction }, { files });
    expect(await readFile(join(folder, made), 'utf8')).toBe('AAA');
    expect((await stat(join(folder, made))).mode & 0o777).toBe(0o644);
    expect(said).toEqual([`Downloading /var/log/a.log => ${destination}`]);
  });

  test('of a folder hands it to the communicator, and goes on with the rest', async () => {
    const sources = ['/var/log/', '/var/log/a.log'];
    const destination = `${join(folder, 'tree')}/`;
    const { machine } = await play({ sources, destination, direction }, { files });
    expect(machine.calls).toMatchObject([
      { kind: 'download-dir', remoteDir: '/var/log', localDir: destination },
      { kind: 'download' },
    ]);
  });

  test('of a pattern asks the machine what it stands for', async () => {
    const remote = join(folder, 're mote');
    await mkdir(join(remote, 'c.log'), { recursive: true });
    const paths = ['a.log', "b 'q' $x.log", 'z.txt'].map((name) => join(remote, name));
    for (const path of paths) {
      await writeFile(path, path);
    }
    const destination = join(folder, 'matched');
    const { machine } = await play(
      { source: `${remote}/*.log`, destination, direction },
      {
        files: Object.fromEntries(paths.map((path) => [path, path])),
        onCommand: async ({ command, onStdout, signal }) => {
          const args = ['-c', command];
          const run = { program: '/bin/sh', args, signal, ...(onStdout ? { onStdout } : {}) };
          return (await runProcess(run)).exitCode ?? 1;
        },
      },
    );
    expect(await readdir(destination)).toEqual(['a.log', "b 'q' $x.log"]);
    expect(machine.calls).toContainEqual({
      kind: 'download-dir',
      remoteDir: join(remote, 'c.log'),
      localDir: destination,
    });
  });

  test('of a pattern that matches nothing fails', async () => {
    const given = { source: '/x/*', destination: join(folder, 'none'), direction } as const;
    await expect(play(given)).rejects.toThrow('Nothing on the machine matches "/x/*"');
  });

  test('that fails leaves no file', async () => {
    const destination = join(folder, 'partial');
    const given = { source: '/no/such', destination, direction } as const;
    await expect(play(given, { files })).rejects.toThrow(Failure);
    await expect(stat(destination)).rejects.toThrow('ENOENT');
  });

  test('to where nobody may write says so', async () => {
    const given = { source: '/var/log/a.log', destination: '/dev/null/x', direction } as const;
    await expect(play(given, { files })).rejects.toThrow('Could not write "/dev/null"');
  });
});

describe('check', () => {
  test.each<[Partial<CopyConfig>, string[]]>([
    [{ source: '/bin/sh', destination: '/x' }, []],
    [{ source: '/bin/sh', destination: '' }, ['destination: Destination must be specified.']],
    [
      { source: '/bin/sh', content: 'c', destination: '/x' },
      ['content: source(s) conflicts with content.'],
    ],
    [
      { content: 'c', destination: '/x', direction: 'download' },
      ['content: Content cannot be downloaded'],
    ],
    [
      { sources: ['/bin/sh', '/no/such'], destination: '/x' },
      ["sources.1: Bad source '/no/such': no such file or directory"],
    ],
    [{ source: '/no/such', destination: '/x', generated: true }, []],
    [{ source: '/no/such', destination: '/x', direction: 'download' }, []],
  ])('of %j complains %j', async (given, want) => {
    const complaints = await complaintsOf((complain) =>
      provisioner.check?.(decoded(given), complain),
    );
    expect(complaints).toEqual(want);
  });
});
