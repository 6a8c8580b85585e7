import { resolve } from 'node:path';
import { defineStep, type RunContext } from '@bake/plugin-sdk';
import type { Settings } from '../settings.ts';
import { copyImage } from './copy-image.ts';
import { bytesOf } from './disk-size.ts';
import { isRemote } from './is-remote.ts';
import { imageFacts, qemuImg } from './qemu-img.ts';

/** What the machine's disks are made of. */
export interface DiskWish {
  readonly settings: Settings;
  /** The image to start from; absent when the first disk is to be empty. */
  readonly image: string | undefined;
}

/** Makes the disks in the output folder. Gives their paths, the one to boot from first. */
export const makeDisks = defineStep<DiskWish, readonly string[]>({
  name: 'make-disks',
  async run({ settings, image }, context) {
    const [first, ...more] = settings.disks;
    await makeFirst(first, settings, image, context);
    for (const disk of more) await create(disk, settings, [], context);
    return settings.disks.map(({ path }) => path);
  },
});

type Disk = Settings['disks'][number];

async function makeFirst(
  disk: Disk,
  settings: Settings,
  image: string | undefined,
  context: RunContext,
): Promise<void> {
  if (image === undefined) return create(disk, settings, [], context);
  const { format, usesBacking, convertArgs } = settings;
  if (usesBacking) return createOverlay(disk, settings, image, context);
  await copyImage({ source: image, target: disk.path, format, convertArgs }, context);
  if (settings.resizes) await resizeDisk(disk, settings, context);
}

async function create(
  { path, size }: Disk,
  { format, createArgs }: Settings,
  backing: readonly string[],
  { signal }: RunContext,
): Promise<void> {
  const sizes = size === undefined ? [] : [size];
  await qemuImg(['create', '-f', format, ...backing, ...createArgs, path, ...sizes], { signal });
}

/** The overlay names its image by an absolute path, and the image's format, which newer QEMU insists on. */
async function createOverlay(
  disk: Disk,
  settings: Settings,
  image: string,
  context: RunContext,
): Promise<void> {
  context.ui.say('Creating a disk on top of the image...');
  const { format, virtualSize } = await imageFacts(image, context.signal);
  const size = wantedSize(disk, settings, virtualSize);
  const wanted = size === undefined ? { path: disk.path, size: undefined } : { ...disk, size };
  await create(
    wanted,
    settings,
    ['-b', isRemote(image) ? image : resolve(image), '-F', format],
    context,
  );
}

/** What to make of a disk that has a size already; `undefined` when it stays. */
function wantedSize(disk: Disk, settings: Settings, now: number): string | undefined {
  if (!settings.resizes || disk.size === undefined) return undefined;
  const bytes = bytesOf(disk.size);
  // Nobody asked for Packer's default size, so that a larger image keeps its own.
  const isSmallerByDefault = settings.hasDefaultSize && bytes < now;
  return bytes === now || isSmallerByDefault ? undefined : disk.size;
}

async function resizeDisk(disk: Disk, settings: Settings, context: RunContext): Promise<void> {
  const { signal, ui } = context;
  const { virtualSize } = await imageFacts(disk.path, signal);
  const size = wantedSize(disk, settings, virtualSize);
  if (size === undefined && settings.resizeArgs.length === 0) return;
  ui.say('Resizing hard drive...');
  const wanted = size ?? String(virtualSize);
  const args = ['resize', '-f', settings.format, ...settings.resizeArgs, disk.path, wanted];
  await qemuImg(args, { signal });
}
