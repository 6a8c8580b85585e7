import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { defineStep } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import * as messages from '../messages.ts';

/** Asks AWS whether there is such an instance profile. */
export const checkProfile = defineStep<{ readonly cloud: Cloud; readonly name: string }, void>({
  name: 'instance-profile',
  async run({ cloud, name }, { signal }) {
    const iam = new IAMClient(cloud.settings);
    try {
      const command = new GetInstanceProfileCommand({ InstanceProfileName: name });
      await iam.send(command, { abortSignal: signal });
    } catch (error) {
      signal.throwIfAborted();
      throw messages.noProfile(name, error);
    } finally {
      iam.destroy();
    }
  },
});
