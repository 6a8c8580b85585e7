import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@bake/plugin-sdk';
import type { VirtualMachine } from '../machine/virtual-machine.ts';

/** What the snapshot in the disks of a checkpoint is called. */
const tag = 'bake';

/** Puts a snapshot into the disks of a machine that stands still; memory and devices go into that of the first. */
export async function saveSnapshot(machine: VirtualMachine, signal: AbortSignal): Promise<void> {
  const devices = await diskNodes(machine);
  await runJob(machine, 'snapshot-save', { tag, vmstate: devices[0], devices }, signal);
}

/** Takes a machine that stands still to where it was when the snapshot was made. */
export async function loadSnapshot(machine: VirtualMachine, signal: AbortSignal): Promise<void> {
  const devices = await diskNodes(machine);
  await runJob(machine, 'snapshot-load', { tag, vmstate: devices[0], devices }, signal);
}

/** Removes the snapshot from the disks; the machine stays as it is. */
export async function dropSnapshot(machine: VirtualMachine, signal: AbortSignal): Promise<void> {
  await runJob(machine, 'snapshot-delete', { tag, devices: await diskNodes(machine) }, signal);
}

interface BlockFacts {
  readonly inserted?: { readonly file?: string; readonly 'node-name'?: string };
}

/** What QEMU calls the disks. */
async function diskNodes({ qmp, parts }: VirtualMachine): Promise<readonly string[]> {
  const blocks = (await qmp.execute('query-block')) as readonly BlockFacts[];
  return parts.disks.map((path) => {
    const disk = blocks.find(({ inserted }) => inserted?.file === path);
    const node = disk?.inserted?.['node-name'];
    if (node !== undefined) return node;
    throw new Failure({ summary: `QEMU does not show the disk "${path}" by its name` });
  });
}

interface JobFacts {
  readonly id: string;
  readonly status: string;
  readonly error?: string;
}

/** Milliseconds between two looks at a job. */
const pause = 20;

/** Has QEMU do something that takes its time. Rejects with a `Failure` that says why it did not. */
async function runJob(
  { qmp }: VirtualMachine,
  command: string,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const id = `bake-${command}`;
  await qmp.execute(command, { 'job-id': id, ...args });
  for (;;) {
    const jobs = (await qmp.execute('query-jobs')) as readonly JobFacts[];
    const job = jobs.find((one) => one.id === id);
    if (job?.status === 'concluded') {
      await qmp.execute('job-dismiss', { id });
      if (job.error !== undefined) throw new Failure({ summary: job.error });
      return;
    }
    await sleep(pause, undefined, { signal });
  }
}
