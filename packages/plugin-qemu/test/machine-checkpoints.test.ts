import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MachineCheckpoints } from '../src/checkpoint/checkpoints.ts';
import type { VirtualMachine } from '../src/machine/virtual-machine.ts';

test('a checkpoint that finds no room leaves no memory in the disks of the machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-qemu-full-'));
  try {
    const disk = join(folder, 'disk');
    const place = join(folder, 'cache');
    await writeFile(place, 'in the way');
    const { machine, commands } = recordingMachine([disk]);
    const checkpoints = new MachineCheckpoints(machine, place, undefined);
    const { signal } = new AbortController();
    await expect(checkpoints.take('a', signal, true)).rejects.toThrow('ENOTDIR');
    expect(commands).toEqual([]);
    await rm(place);
    // The disk cannot be copied.
    await expect(checkpoints.take('a', signal, true)).rejects.toThrow('ENOENT');
    expect(commands).toEqual(['stop', 'snapshot-save', 'snapshot-delete', 'cont']);
    expect(checkpoints.last).toBeUndefined();
    expect(await readdir(join(place, 'a'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A machine of which only QEMU's answers are there, and what it was told to do. */
function recordingMachine(disks: readonly string[]) {
  const commands: string[] = [];
  const jobs: { readonly id: unknown; readonly status: string }[] = [];
  const execute = async (command: string, args: Readonly<Record<string, unknown>> = {}) => {
    if (command === 'query-jobs') return jobs;
    if (command === 'query-block') {
      return disks.map((file) => ({ inserted: { file, 'node-name': file } }));
    }
    if ('job-id' in args) jobs.push({ id: args['job-id'], status: 'concluded' });
    if (command !== 'job-dismiss') commands.push(command);
    return {};
  };
  const machine = { qmp: { execute }, parts: { disks } } as unknown as VirtualMachine;
  return { machine, commands };
}
