import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MachineCheckpoints } from '../src/checkpoint/checkpoints.ts';
import type { VirtualMachine } from '../src/machine/virtual-machine.ts';

test('a machine goes on after a checkpoint that found no room', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-qemu-full-'));
  try {
    const disk = join(folder, 'disk');
    const place = join(folder, 'cache');
    await writeFile(place, 'in the way');
    const { machine, commands } = recordingMachine(folder, [disk]);
    const checkpoints = new MachineCheckpoints(machine, place, undefined);
    const { signal } = new AbortController();
    await expect(checkpoints.take('a', signal, true)).rejects.toThrow('ENOTDIR');
    expect(commands).toEqual([]);
    await rm(place);
    // The disk cannot be copied.
    await expect(checkpoints.take('a', signal, true)).rejects.toThrow('ENOENT');
    const saving = ['stop', 'migrate-set-parameters', 'migrate', 'query-migrate'];
    expect(commands).toEqual([...saving, 'cont']);
    expect(checkpoints.last).toBeUndefined();
    expect(await readFile(join(place, 'a', 'bake.memory'), 'utf8')).toBe('memory');
    // Nor can the memory be written over one that is there; the file says so, and not QEMU.
    commands.length = 0;
    await expect(checkpoints.take('a', signal, true)).rejects.toThrow('EEXIST');
    expect(commands).toEqual([...saving, 'cont']);
    expect((await readdir(folder)).sort()).toEqual(['cache']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A machine of which only QEMU's answers are there, and what it was told to do. */
function recordingMachine(folder: string, disks: readonly string[]) {
  const commands: string[] = [];
  const execute = async (command: string, args: Readonly<Record<string, unknown>> = {}) => {
    commands.push(command);
    if (command === 'migrate') {
      const socket = connect(String(args['uri']).slice('unix:'.length));
      socket.on('error', () => undefined).end('memory');
    }
    return { status: 'completed' };
  };
  const parts = { disks, control: join(folder, 'control') };
  return { machine: { qmp: { execute }, parts } as unknown as VirtualMachine, commands };
}
