import { defineStep } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import { toFilters } from '../aws/filters.ts';
import { deleteSnapshot, deregister, findImages, snapshotsOf } from '../aws/remove-image.ts';
import type { Pace } from '../aws/wait.ts';
import type { AmiConfig } from '../options/ami.ts';

/** Where to look for images that go away. */
export interface DeregisterWish {
  readonly cloud: Cloud;
  readonly config: AmiConfig;
  readonly regions: readonly string[];
  readonly pace: Pace;
}

/** Deregisters images of the same name, and deletes their snapshots if the template says so. */
export const deregisterImages = defineStep<DeregisterWish, void>({
  name: 'deregister-images',
  async run({ cloud, config, regions, pace }, { ui, signal }) {
    for (const region of regions) {
      const ec2 = cloud.ec2(region);
      const which = { Owners: ['self'], Filters: toFilters({ name: config.ami_name }) };
      for (const image of await findImages(ec2, which, signal)) {
        const { ImageId: id = '' } = image;
        await deregister(ec2, id, signal);
        ui.say(`Deregistered ${id} in ${region}`);
        if (!config.force_delete_snapshot) continue;
        for (const snapshot of snapshotsOf(image)) {
          await deleteSnapshot(ec2, snapshot, { signal, pace });
          ui.say(`Deleted ${snapshot} in ${region}`);
        }
      }
    }
  },
});
