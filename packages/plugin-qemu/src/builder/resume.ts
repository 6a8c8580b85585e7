import { constants, copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import { holds, keptKey } from '../checkpoint/checkpoints.ts';
import { KeptFolder } from '../checkpoint/kept-folder.ts';
import { machineSource, whyNotKept } from '../checkpoint/machine-source.ts';
import { fileFailure } from '../messages.ts';
import type { Settings } from '../settings.ts';
import type { QemuConfig } from './component.ts';
import type { LoginKey } from './login-key.ts';

/** What the cache has of a build. */
export interface FromCache {
  /** Folder for checkpoints; `undefined` when none can be made. */
  readonly place: string | undefined;
  /** The checkpoint to go on from. */
  readonly folder?: KeptFolder;
  /** It is the one after the last provisioner. */
  readonly isComplete?: boolean;
  /** What became of it in an earlier build: paths. */
  readonly finished?: readonly string[] | undefined;
  /** The key pair that was made for its machine. */
  readonly key?: LoginKey | undefined;
}

/** Asks the cache, if there is one. */
export async function askCache(
  config: QemuConfig,
  settings: Settings,
  source: string,
  { cache, signal, ui }: BuildContext,
): Promise<FromCache> {
  if (cache === undefined) return { place: undefined };
  const reason = whyNotKept(config, settings, source);
  if (reason !== undefined) {
    ui.say(`The machine is not kept: ${reason}.`);
    return { place: undefined };
  }
  const point = await cache.resume({
    source: await machineSource(config, settings, source, signal),
    data: { ID: settings.name, User: config.ssh_username ?? '', ConnType: 'ssh' },
    holds,
  });
  if (point === undefined) return { place: cache.folder };
  const { traces, isComplete } = point;
  const folder = new KeptFolder(String(traces['folder']));
  return {
    place: cache.folder,
    folder,
    isComplete,
    finished: isComplete ? await folder.finished() : undefined,
    key: await keptKey(folder),
  };
}

/** Copies files of the cache into the output folder. */
export const takeFiles = defineStep<
  { readonly files: readonly string[]; readonly settings: Settings },
  void
>({
  name: 'take-files',
  async run({ files, settings }, { signal, ui }) {
    ui.say('Copying hard drive...');
    for (const file of files) {
      signal.throwIfAborted();
      const target = join(settings.folder, basename(file));
      await copyFile(file, target, constants.COPYFILE_FICLONE).catch((error: unknown) => {
        throw fileFailure('write', target, error);
      });
    }
  },
});
