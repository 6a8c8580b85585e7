import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BuildContext,
  type Checkpoints,
  type Communicator,
  Failure,
  type TakenCheckpoint,
  type Traces,
} from '@bake/plugin-sdk';
import type { LoginKey } from '../builder/login-key.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { KeptFolder } from './kept-folder.ts';
import { loadMemory, saveMemory } from './memory.ts';

/** The key pair that was made for the machine, in the folder of a checkpoint; no machine is likely to be called so. */
const keyName = 'bake.login';

/** Memory, processor and devices of the machine, in the same folder. */
const memoryName = 'bake.memory';

/** Whether a checkpoint is there, and made of the same files. The first ones had the memory in their disks. */
export async function holds({ folder, seal }: Traces): Promise<boolean> {
  const kept = new KeptFolder(String(folder));
  return existsSync(kept.at(memoryName)) && (await kept.isSealedBy(String(seal)));
}

/** Removes a checkpoint, whole or not. */
export async function removeCheckpoint({ folder }: Traces): Promise<void> {
  if (typeof folder !== 'string') throw new Failure({ summary: 'The journal names no folder' });
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Keeps states of a machine: its memory, and copies of its disks. */
export class MachineCheckpoints implements Checkpoints {
  readonly #machine: VirtualMachine;
  readonly #place: string;
  readonly #key: LoginKey | undefined;
  /** The one after the last provisioner. */
  last: KeptFolder | undefined;

  /** `place` is a folder for them all. */
  constructor(machine: VirtualMachine, place: string, key: LoginKey | undefined) {
    this.#machine = machine;
    this.#place = place;
    this.#key = key;
  }

  traces(id: string): Traces {
    return { folder: join(this.#place, id) };
  }

  async take(id: string, signal: AbortSignal, isLast: boolean): Promise<TakenCheckpoint> {
    const folder = new KeptFolder(join(this.#place, id));
    const { qmp, parts } = this.#machine;
    await folder.make();
    if (this.#key?.temporary !== undefined) {
      await writeFile(folder.at(keyName), JSON.stringify(this.#key), { mode: 0o600 });
    }
    await qmp.execute('stop');
    try {
      await saveMemory(this.#machine, folder.at(memoryName), signal);
      for (const path of parts.disks) await folder.add(path);
      if (parts.efiVariables !== undefined) await folder.add(parts.efiVariables);
    } finally {
      await qmp.execute('cont');
    }
    if (isLast) this.last = folder;
    const traces = { folder: folder.path, seal: await folder.seal() };
    return { traces, bytes: await folder.size() };
  }
}

/** The key pair that is known to the machine of a checkpoint, if one was made for it. */
export async function keptKey(folder: KeptFolder): Promise<LoginKey | undefined> {
  const text = await readFile(folder.at(keyName), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LoginKey);
}

/** Has a machine that was started to wait for its memory go on from a checkpoint. */
export async function goOn(
  machine: VirtualMachine,
  folder: KeptFolder,
  signal: AbortSignal,
): Promise<void> {
  try {
    await loadMemory(machine, folder.at(memoryName), signal);
    await machine.qmp.execute('cont');
  } catch (error) {
    throw signal.aborted ? error : await machine.explain(error);
  }
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
