import { constants, copyFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunContext } from '@bake/plugin-sdk';
import { fileFailure } from '../messages.ts';
import { isRemote } from './is-remote.ts';
import { convertImage, imageFacts } from './qemu-img.ts';

/** What to make a disk of. */
export interface ImageCopy {
  readonly source: string;
  readonly target: string;
  readonly format: string;
  /** Further arguments of `qemu-img convert`. */
  readonly convertArgs: readonly string[];
}

/**
 * Makes a disk of an image: by a plain copy if that has the wanted format and stands by itself, and by `qemu-img convert`
 * otherwise. Packer looks at the ending of the name alone.
 */
export async function copyImage(copy: ImageCopy, context: RunContext): Promise<void> {
  const { source, target, format, convertArgs } = copy;
  const facts = await imageFacts(source, context.signal);
  // Holes in raw images are not kept by a plain copy.
  const isLike = facts.format === format && format !== 'raw' && !facts.hasBacking;
  const isPlain = isLike && !isRemote(source);
  context.ui.say('Copying hard drive...');
  if (isPlain && convertArgs.length === 0) return copyPlain(source, target, context);
  const args = [...convertArgs, '-O', format, source, target];
  await convertImage(args, 'Converting the disk', context);
}

/** The system copies, and shares blocks where it can. It cannot be told to stop, so a cancel does not wait for it. */
async function copyPlain(source: string, target: string, context: RunContext): Promise<void> {
  const { signal, ui } = context;
  const { size: total } = await stat(source);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const copy = copyFile(source, target, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    throw fileFailure('write', target, error);
  });
  const watch = (async (): Promise<void> => {
    for (;;) {
      await sleep(500, undefined, { signal: either });
      const done = (await stat(target).catch(() => undefined))?.size ?? 0;
      ui.progress({ label: 'Copying the disk', done, total, unit: 'bytes' });
    }
  })();
  await Promise.race([copy, watch]).finally(() => {
    over.abort();
    watch.catch(() => undefined);
    copy.catch(() => undefined);
  });
}
