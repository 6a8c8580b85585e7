import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defineStep } from '@bake/plugin-sdk';
import { diskIn, readBox } from '../box/read-box.ts';
import { brokenBox, noBoxMade } from '../messages.ts';
import type { VagrantConfig } from './component.ts';
import { requirePackers } from './requirements.ts';
import { expandHome } from './source.ts';
import type { Vagrant } from './vagrant.ts';

/** What to pack, and by what. */
export interface PackWish {
  readonly config: VagrantConfig;
  readonly vagrant: Vagrant;
  /** Absolute. */
  readonly folder: string;
  readonly machine: string;
  readonly provider: string;
}

/** What Vagrant calls the new box. */
export const boxFileName = 'package.box';

/** Has Vagrant pack the machine, and looks at what came of it: Vagrant reports success also without a whole box. */
export const packageBox = defineStep<PackWish, void>({
  name: 'package',
  async run({ config, vagrant, folder, machine, provider }, context) {
    const { package_include: include = [], output_vagrantfile: vagrantfile } = config;
    await requirePackers(provider);
    context.ui.say('Packaging box...');
    const args = [
      ...['package', machine, '--output', boxFileName],
      ...(include.length > 0 ? ['--include', include.map(absolute).join(',')] : []),
      ...(vagrantfile ? ['--vagrantfile', absolute(vagrantfile)] : []),
    ];
    await vagrant.runLong(args, context);
    await lookAt(join(folder, boxFileName), provider, context.signal);
  },
});

/** Vagrant works in another folder. */
function absolute(path: string): string {
  return resolve(expandHome(path));
}

async function lookAt(path: string, provider: string, signal: AbortSignal): Promise<void> {
  if ((await stat(path).catch(() => undefined)) === undefined) throw noBoxMade(path);
  const contents = await readBox(path, signal);
  const { provider: named } = contents.metadata;
  if (named === undefined) throw brokenBox(path, 'its metadata.json names no provider');
  if (provider !== 'libvirt') return;
  const disk = ['box.img', 'box_1.img'].find((name) => contents.entries.has(name));
  if (disk === undefined) throw brokenBox(path, 'there is no disk in it');
  const facts = diskIn(contents, disk);
  if (facts === undefined || facts.virtualSize === 0) {
    throw brokenBox(path, `its disk ${disk} cannot be read`);
  }
  if (facts.isBacked) {
    throw brokenBox(path, `its disk ${disk} stands on an image that is not in the box`);
  }
}
