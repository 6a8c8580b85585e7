import { rename } from 'node:fs/promises';
import { defineStep } from '@bake/plugin-sdk';
import type { Settings } from '../settings.ts';
import { convertImage } from './qemu-img.ts';

/** Writes the first disk anew, without what is not in use any more, and compressed if the template says so. */
export const compactDisk = defineStep<Settings, void>({
  name: 'compact-disk',
  async run(settings, context) {
    const [{ path }] = settings.disks;
    const { format, compresses, convertArgs } = settings;
    const target = `${path}.convert`;
    context.ui.say('Converting hard drive...');
    const flags = compresses ? ['-c'] : [];
    const args = [...flags, ...convertArgs, '-O', format, path, target];
    const label = compresses ? 'Compressing the disk' : 'Compacting the disk';
    await convertImage(args, label, context);
    await rename(target, path);
  },
});
