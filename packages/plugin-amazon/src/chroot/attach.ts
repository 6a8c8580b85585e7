import { access, realpath } from 'node:fs/promises';
import type { Instance } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import { attachVolume } from '../aws/attachment.ts';
import type { Ec2 } from '../aws/ec2.ts';
import { isRefusal } from '../aws/refusal.ts';
import { type Pace, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { ChrootConfig } from './component.ts';

/** What to attach to this machine. */
export interface AttachWish {
  readonly ec2: Ec2;
  readonly config: ChrootConfig;
  readonly instance: Instance;
  readonly volume: string;
  readonly pace: Pace;
}

/** Attaches the volume to this machine and waits until the system knows it. Gives its device. */
export const attach = defineStep<AttachWish, string>({
  name: 'attach',
  async run(wish, { ui, signal }) {
    const { ec2, config, volume, pace } = wish;
    const device = await attachSomewhere(wish, signal);
    ui.say(`Attached ${volume} as ${device}`);
    const candidates = config.nvme_device_path
      ? [config.nvme_device_path]
      : [device, device.replace(/^\/dev\/sd/, '/dev/xvd'), nvmeLink(volume)];
    return waitFor<string>({
      what: `The device of ${volume}`,
      pace,
      patience: 60_000,
      signal,
      look: async () => {
        for (const found of candidates) if (await exists(found)) return { found };
        return { state: `not there (${candidates.join(', ')}) in ${ec2.region}` };
      },
    });
  },
});

/** Where Nitro instances show a volume. */
function nvmeLink(volume: string): string {
  return `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume.replace('-', '')}`;
}

async function attachSomewhere(wish: AttachWish, signal: AbortSignal): Promise<string> {
  const { ec2, config, volume, pace } = wish;
  const instance = wish.instance.InstanceId ?? '';
  const places = config.device_path ? [config.device_path] : await freeDevices(wish.instance);
  for (const [index, device] of places.entries()) {
    try {
      await attachVolume(ec2, { volume, instance, device }, { signal, pace });
      return device;
    } catch (error) {
      // Another build on this machine was faster.
      const isTaken = isRefusal(error, /^InvalidParameterValue$/) && /in use/i.test(String(error));
      if (!isTaken || index === places.length - 1) throw error;
    }
  }
  throw messages.noDevice(instance);
}

/** Names that AWS has for data volumes, but for those in use. */
async function freeDevices({ BlockDeviceMappings = [] }: Instance): Promise<readonly string[]> {
  const used = BlockDeviceMappings.map(({ DeviceName = '' }) => DeviceName.at(-1));
  const free: string[] = [];
  for (const letter of 'fghijklmnop') {
    const isThere = (await exists(`/dev/sd${letter}`)) || (await exists(`/dev/xvd${letter}`));
    if (!isThere && !used.includes(letter)) free.push(`/dev/sd${letter}`);
  }
  return free;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The partition to mount: the system puts a p between a name that ends with a digit and the number. */
export async function partitionOf(device: string, number: string): Promise<string> {
  if (number === '0') return device;
  const real = await realpath(device);
  return `${real}${/\d$/.test(real) ? 'p' : ''}${number}`;
}
