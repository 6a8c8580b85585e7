import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Artifact,
  BuildCache,
  BuildContext,
  ConnectTarget,
  Machine,
  MachineStart,
  TakenCheckpoint,
  Traces,
} from '@bake/plugin-sdk';
import { fakeMachine, whyNoQemu, writeTinyGuest } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import qemu, { type QemuConfig } from '../src/builder/component.ts';
import { Qmp } from '../src/machine/qmp.ts';
import { config, testBuild } from './test-build.ts';

jest.setTimeout(180_000);
const reason = whyNoQemu();
const when = reason === undefined ? describe : describe.skip;

when(`checkpoints of qemu${reason === undefined ? '' : `: ${reason}`}`, () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-qemu-kept-'));
    writeTinyGuest(join(folder, 'guest.raw'), 'keys', 'print keys');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    expect(spawnSync('pgrep', ['-f', `qemu-system.*${folder}`]).status).toBe(1);
  });

  /** What a build does with its machine, and what came of it. */
  interface Run {
    readonly name: string;
    readonly options: Partial<QemuConfig>;
    /** Traces of the checkpoint to go on from. */
    readonly from?: TakenCheckpoint | undefined;
    readonly isComplete?: boolean;
    /** Where checkpoints go to. */
    readonly place?: string;
    readonly work: (qmp: Qmp, machine: Machine) => Promise<void>;
  }

  async function build({ name, options, from, isComplete = false, place, work }: Run) {
    const socket = join(folder, `${name}.socket`);
    let target: ConnectTarget = {};
    let start: MachineStart | undefined;
    const sizes: [Traces, number][] = [];
    const cache: BuildCache = {
      folder: place ?? join(folder, 'cache'),
      resume: async (given) => {
        start = given;
        const holds = from && (await given.holds(from.traces, new AbortController().signal));
        return holds ? { traces: from.traces, isComplete } : undefined;
      },
      resized: (traces, bytes) => void sizes.push([traces, bytes]),
    };
    const { context, test } = testBuild({
      connect: async (_, given) => {
        target = given;
        return fakeMachine();
      },
      provision: async (machine) => {
        // What comes complete from the cache has no machine to work with.
        if (isComplete && machine.checkpoints === undefined) return;
        const qmp = await Qmp.open(socket, context.signal);
        await work(qmp, machine).finally(() => qmp.close());
      },
    });
    const withCache: BuildContext = { ...context, cache };
    const given = config({
      iso_url: join(folder, 'guest.raw'),
      output_directory: join(folder, name),
      vm_name: 'disk',
      communicator: 'ssh',
      // Neither waited for nor connected to.
      ssh_host: '127.0.0.1',
      // The guest does not heed the power button.
      shutdown_timeout: 500,
      qmp_enable: true,
      qmp_socket_path: socket,
      ...options,
    });
    try {
      const artifact = (await qemu.build(given, withCache)) as Artifact;
      await test.cleanUp('succeeded');
      return { artifact, said: test.ui.said, target, start, sizes, secrets: test.secrets };
    } catch (error) {
      await test.cleanUp('failed');
      throw error;
    }
  }

  /** Presses a key of the machine, and waits until it has written it to its console. */
  async function press(qmp: Qmp, key: string, console: string): Promise<void> {
    const isThere = (): boolean => readFileSync(console, 'latin1').endsWith(key);
    while (!isThere()) {
      await qmp.execute('send-key', { keys: [{ type: 'qcode', data: key }] });
      for (let looks = 0; looks < 20 && !isThere(); looks += 1) await sleep(50);
    }
  }

  const take = (machine: Machine, id: string): Promise<TakenCheckpoint> | undefined =>
    machine.checkpoints?.take(id, new AbortController().signal, true);
  const digest = (path: string): string =>
    createHash('sha256').update(readFileSync(path)).digest('hex');

  test('hold the memory, all disks, those that stand on an image, and the key that was made', async () => {
    const base = join(folder, 'base.qcow2');
    const image = join(folder, 'image.qcow2');
    const raw = join(folder, 'guest.raw');
    execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, base]);
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', image]);
    const options = (console: string): Partial<QemuConfig> => ({
      iso_url: image,
      use_backing_file: true,
      disk_additional_size: ['2M'],
      ssh_clear_authorized_keys: true,
      temporary_key_pair_type: 'ed25519',
      boot_command: ['a'],
      boot_wait: 1000,
      boot_key_interval: 20,
      qemuargs: [['-serial', `file:${join(folder, console)}`]],
    });
    let taken: TakenCheckpoint | undefined;
    const first = await build({
      name: 'first',
      options: options('first.log'),
      work: async (qmp, machine) => {
        await press(qmp, 'a', join(folder, 'first.log'));
        taken = await take(machine, 'id');
        await press(qmp, 'b', join(folder, 'first.log'));
      },
    });
    const { traces, bytes } = taken as TakenCheckpoint;
    const [, size = 0] = first.sizes.at(-1) ?? [];
    // The finished disks came to it.
    expect(first.sizes).toEqual([[{ folder: traces['folder'] }, expect.any(Number)]]);
    expect(size).toBeGreaterThan(bytes);

    // What was written since is not in it; the boot command is not typed again; nothing boots.
    const second = await build({
      name: 'second',
      options: options('second.log'),
      from: taken,
      work: async (qmp) => {
        await press(qmp, 'c', join(folder, 'second.log'));
      },
    });
    expect(readFileSync(join(folder, 'first.log'), 'latin1')).toMatch(/^keys\r\na+b+$/);
    expect(readFileSync(join(folder, 'second.log'), 'latin1')).toMatch(/^c+$/);
    expect(second.target.privateKey).toMatch(/^-----BEGIN/);
    expect(second.target.privateKey).toBe(first.target.privateKey);
    expect(second.target.publicKey).toBe(first.target.publicKey);
    expect(second.secrets).toContain(first.target.privateKey);
    expect(second.said.join('\n')).not.toContain('Typing');
    const info = execFileSync('qemu-img', ['info', join(folder, 'second', 'disk')]).toString();
    expect(info).toContain(`backing file: ${image}`);
    expect(info).not.toContain('Snapshot list');
    const names = (artifact: Artifact): readonly string[] =>
      artifact.files.map((path) => path.slice(path.lastIndexOf('/') + 1));
    expect(names(second.artifact)).toEqual(['disk', 'disk-1']);

    // Complete: the files are those that were finished, and there is no machine.
    const third = await build({
      name: 'third',
      options: options('third.log'),
      from: taken,
      isComplete: true,
      work: () => Promise.reject(new Error('there is a machine')),
    });
    expect(names(third.artifact)).toEqual(['disk', 'disk-1']);
    expect(third.artifact.files.map(digest)).toEqual(first.artifact.files.map(digest));

    // Any image below it counts, and so does each file of the checkpoint.
    const { start } = third;
    truncateSync(join(String(traces['folder']), 'disk-1'), 100_000);
    execFileSync('touch', [base]);
    const fourth = await build({
      name: 'fourth',
      options: options('fourth.log'),
      from: taken,
      work: async () => undefined,
    });
    expect(fourth.said.join('\n')).toContain('Typing the boot command');
    expect(fourth.start?.source['image']).not.toEqual(start?.source['image']);
    const others = { ...start?.source, image: [], qemuargs: [], qmp_socket_path: '' };
    expect({ ...fourth.start?.source, image: [], qemuargs: [], qmp_socket_path: '' }).toEqual(
      others,
    );
  });

  const small = mkdtempSync(join(tmpdir(), 'bake-qemu-small-'));
  const mount = ['-t', 'tmpfs', '-o', 'size=256k', 'bake', small];
  const isSmall = reason === undefined && spawnSync('mount', mount).status === 0;
  afterAll(() => {
    if (isSmall) spawnSync('umount', [small]);
    rmSync(small, { recursive: true });
  });
  (isSmall ? test : test.skip)(
    'that find no room leave the machine as it was (SKIPPED unless tmpfs can be mounted)',
    async () => {
      const { artifact } = await build({
        name: 'full',
        place: small,
        options: {
          ssh_password: 'x',
          qemuargs: [['-serial', `file:${join(folder, 'full.log')}`]],
        },
        work: async (qmp, machine) => {
          await press(qmp, 'a', join(folder, 'full.log'));
          await expect(take(machine, 'id')).rejects.toThrow('ENOSPC');
          expect(await qmp.execute('query-status')).toMatchObject({ status: 'running' });
          await press(qmp, 'b', join(folder, 'full.log'));
        },
      });
      expect(artifact.files).toEqual([join(folder, 'full', 'disk')]);
    },
  );

  const hasFirmware = spawnSync('sh', [
    '-c',
    'ls /usr/share/OVMF/OVMF_CODE*.fd && swtpm --version',
  ]);
  const withFirmware = hasFirmware.status === 0 ? test : test.skip;
  withFirmware('hold what EFI and a TPM know (SKIPPED without OVMF or swtpm)', async () => {
    const options: Partial<QemuConfig> = {
      efi_boot: true,
      vtpm: true,
      machine_type: 'q35',
      // A name that what is kept beside the disk might have, too.
      vm_name: 'memory',
      memory: 128,
      ssh_password: 'x',
      skip_compaction: true,
    };
    /** A piece of memory that the firmware fills. */
    const memory = async (qmp: Qmp, name: string): Promise<Uint8Array> => {
      const path = join(folder, name);
      await qmp.execute('pmemsave', { val: 0x82_0000, size: 0x10_000, filename: path });
      return readFileSync(path);
    };
    let taken: TakenCheckpoint | undefined;
    let before: Uint8Array = new Uint8Array();
    await build({
      name: 'first',
      options,
      work: async (qmp, machine) => {
        do {
          await sleep(200);
          before = await memory(qmp, 'before');
        } while (before.every((byte) => byte === 0));
        taken = await take(machine, 'id');
      },
    });
    const { artifact } = await build({
      name: 'second',
      options,
      from: taken,
      work: async (qmp) => {
        expect(await qmp.execute('query-status')).toMatchObject({ status: 'running' });
        expect((await memory(qmp, 'after')).some((byte) => byte !== 0)).toBe(true);
      },
    });
    expect(artifact.files).toEqual(
      ['efivars.fd', 'memory'].map((name) => join(folder, 'second', name)),
    );
  });
});
