import { type BuildContext, defineStep, type ResumePoint } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import { copyImage } from '../disk/copy-image.ts';
import { finishedDisk, holds, machineSource, whyNotKept } from '../machine/checkpoints.ts';
import type { Settings } from '../settings.ts';
import type { QemuConfig } from './component.ts';

/** What the cache has of a build. */
export interface FromCache {
  /** Folder for checkpoints; `undefined` when none can be made. */
  readonly place: string | undefined;
  /** Folder of the checkpoint to go on from. */
  readonly folder?: string;
  /** Its disk, with the machine in it. */
  readonly disk?: string;
  /** It is the one after the last provisioner. */
  readonly isComplete?: boolean;
  /** What became of it in an earlier build. */
  readonly finished?: string | undefined;
}

/** Asks the cache, if there is one. */
export async function askCache(
  config: QemuConfig,
  settings: Settings,
  source: string,
  context: BuildContext,
): Promise<FromCache> {
  const { cache, signal, ui } = context;
  if (cache === undefined) return { place: undefined };
  const reason = await whyNotKept(config, settings, source, signal);
  if (reason !== undefined) {
    ui.say(`The machine is not kept: ${reason}.`);
    return { place: undefined };
  }
  const version = await versionOf(settings.program, signal);
  const point = await cache.resume({
    source: await machineSource(config, settings, source, version),
    data: { ID: settings.name, User: config.ssh_username ?? '', ConnType: 'ssh' },
    holds,
  });
  return { place: cache.folder, ...(point && (await found(point))) };
}

async function found({ traces, isComplete }: ResumePoint) {
  const folder = String(traces['folder']);
  const finished = isComplete ? await finishedDisk(folder) : undefined;
  return { folder, disk: String(traces['disk']), isComplete, finished };
}

/** A snapshot is good for the QEMU that made it. */
async function versionOf(program: string, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  const onStdout = (chunk: Uint8Array): void => void chunks.push(chunk);
  await runProcess({ program, args: ['--version'], signal, onStdout });
  return Buffer.concat(chunks).toString();
}

/** Copies a disk of the cache to the place of the machine's own. Gives its path in a list, as `makeDisks` does. */
export const takeDisk = defineStep<
  { readonly from: string; readonly settings: Settings },
  readonly string[]
>({
  name: 'take-disk',
  async run({ from, settings }, context) {
    const [{ path: target }] = settings.disks;
    await copyImage({ source: from, target, format: settings.format, convertArgs: [] }, context);
    return [target];
  },
});
