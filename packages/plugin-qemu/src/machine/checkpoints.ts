import {
  constants,
  copyFile,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BuildContext,
  type Checkpoints,
  type Communicator,
  Failure,
  identityOf,
  type TakenCheckpoint,
  type Traces,
} from '@bake/plugin-sdk';
import type { QemuConfig } from '../builder/component.ts';
import { imageFacts } from '../disk/qemu-img.ts';
import type { Settings } from '../settings.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** What the snapshot in the disk of a checkpoint is called: the machine with its memory and devices. */
export const snapshotName = 'bake';

/** Options that the machine notices nothing of. */
const unnoticed: ReadonlySet<string> = new Set([
  ...['iso_url', 'iso_urls', 'iso_checksum', 'iso_target_path', 'iso_target_extension'],
  ...['output_directory', 'headless', 'display', 'use_default_display'],
  ...['vnc_bind_address', 'vnc_use_password', 'vnc_password', 'vnc_port_min', 'vnc_port_max'],
  ...['host_port_min', 'host_port_max', 'ssh_host_port_min', 'ssh_host_port_max', 'run_once'],
]);

/** Why states of such a machine cannot be kept, if they cannot (the end of a sentence). */
export async function whyNotKept(
  config: QemuConfig,
  settings: Settings,
  source: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { format, disks, usesBacking, efi } = settings;
  if (config.communicator !== 'ssh') return 'only machines that are reached by SSH are kept';
  if (!config.ssh_password && !config.ssh_private_key_file)
    return 'the temporary key for SSH is another one in every build; set "ssh_password" or "ssh_private_key_file"';
  if (format !== 'qcow2') return `a disk of the format ${format} cannot hold the machine's memory`;
  if (disks.length > 1) return 'the machine has more than one disk';
  if (usesBacking) return 'the disk stands on its image ("use_backing_file")';
  if (efi !== undefined) return "the EFI firmware's variables are not in the disk";
  if (config.vtpm) return 'what is in the TPM is not in the disk';
  if (config.net_bridge) return 'the machine may have another address in the next build';
  if (!config.disk_image) return undefined;
  const { hasBacking } = await imageFacts(source, signal);
  return hasBacking ? 'the image stands on another one' : undefined;
}

/** All that makes machines differ for provisioners. A source is known by what the file system says of it, and not read. */
export async function machineSource(
  config: QemuConfig,
  settings: Settings,
  source: string,
  version: string,
): Promise<Readonly<Record<string, unknown>>> {
  const options = Object.entries(config).filter(([name]) => !unnoticed.has(name));
  const { accelerator, name } = settings;
  const image = await identityOf(await realpath(source));
  return { ...Object.fromEntries(options), image, accelerator, name, qemu: version };
}

/** Whether a checkpoint is there, and the same file. */
export async function holds({ disk, identity }: Traces): Promise<boolean> {
  return (await identityOf(String(disk))) === identity;
}

/** Removes a checkpoint, whole or not. */
export async function removeCheckpoint({ folder }: Traces): Promise<void> {
  if (typeof folder !== 'string') throw new Failure({ summary: 'The journal names no folder' });
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Keeps states of a machine as copies of its disk, each with a snapshot of memory and devices in it. */
export class MachineCheckpoints implements Checkpoints {
  readonly #machine: VirtualMachine;
  readonly #place: string;
  /** Folder of the one after the last provisioner. */
  last: string | undefined;

  /** `place` is a folder for them all. */
  constructor(machine: VirtualMachine, place: string) {
    this.#machine = machine;
    this.#place = place;
  }

  traces(id: string): Traces {
    return { folder: join(this.#place, id) };
  }

  async take(id: string, signal: AbortSignal, isLast: boolean): Promise<TakenCheckpoint> {
    const folder = join(this.#place, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const disk = join(folder, 'disk.qcow2');
    const { qmp, parts } = this.#machine;
    await qmp.execute('stop');
    try {
      await saveSnapshot(this.#machine, signal);
      await copyWhole(parts.disks[0] as string, disk);
      await dropSnapshot(this.#machine, signal);
    } finally {
      await qmp.execute('cont');
    }
    if (isLast) this.last = folder;
    const bytes = (await stat(disk)).blocks * 512;
    return { traces: { folder, disk, identity: (await identityOf(disk)) ?? '' }, bytes };
  }
}

/** Removes the snapshot that a machine went on from, or that was copied. */
export async function dropSnapshot(machine: VirtualMachine, signal: AbortSignal): Promise<void> {
  const devices = [await diskNode(machine)];
  await runJob(machine, 'snapshot-delete', { tag: snapshotName, devices }, signal);
}

async function saveSnapshot(machine: VirtualMachine, signal: AbortSignal): Promise<void> {
  const node = await diskNode(machine);
  const args = { tag: snapshotName, vmstate: node, devices: [node] };
  await runJob(machine, 'snapshot-save', args, signal);
}

interface BlockFacts {
  readonly inserted?: { readonly file?: string; readonly 'node-name'?: string };
}

/** What QEMU calls the disk. */
async function diskNode({ qmp, parts }: VirtualMachine): Promise<string> {
  const blocks = (await qmp.execute('query-block')) as readonly BlockFacts[];
  const disk = blocks.find(({ inserted }) => inserted?.file === parts.disks[0]);
  const node = disk?.inserted?.['node-name'];
  if (node === undefined) throw new Failure({ summary: 'QEMU does not show the disk by its name' });
  return node;
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

/** Copies a file, sharing blocks where the file system can, and has it on the disk when it returns. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await open(to, 'r+');
  await file.sync().finally(() => file.close());
}

/** The names of the finished disk in the folder of its last checkpoint, and of what tells whether it is whole. */
const finishedName = 'finished.qcow2';
const sealName = 'finished';

/** Keeps the disk of a build that is done, beside the checkpoint of its last provisioner. */
export async function keepFinished(folder: string, disk: string): Promise<void> {
  const target = join(folder, finishedName);
  await copyWhole(disk, `${target}.part`);
  await rename(`${target}.part`, target);
  await writeFile(join(folder, sealName), (await identityOf(target)) ?? '', { mode: 0o600 });
}

/** The finished disk beside a checkpoint, if it is there and whole. */
export async function finishedDisk(folder: string): Promise<string | undefined> {
  const path = join(folder, finishedName);
  const seal = await readFile(join(folder, sealName), 'utf8').catch(() => '');
  return seal !== '' && (await identityOf(path)) === seal ? path : undefined;
}

/** A machine that goes on after a pause does not know how late it is. */
export async function setClock(
  communicator: Communicator,
  { signal, ui }: BuildContext,
): Promise<void> {
  const time = `@${Math.round(Date.now() / 1000)}`;
  const command = `sudo -n date -u -s ${time} || date -u -s ${time}`;
  const { exitCode } = await communicator.run({ command, signal });
  if (exitCode === 0) return;
  ui.error(
    'The clock of the machine could not be set and still shows the time of the checkpoint: neither "sudo -n date -s" nor "date -s" worked.',
  );
}
