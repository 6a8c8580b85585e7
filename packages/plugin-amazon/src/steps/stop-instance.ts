import { ModifyInstanceAttributeCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { isRefusal } from '../aws/refusal.ts';
import { type Pace, settled } from '../aws/wait.ts';
import type { AmiConfig } from '../options/ami.ts';
import { isSpot, type RunConfig } from '../options/run.ts';
import { untilState } from './run-instance.ts';

/** Which instance to stop, and how the image is to connect to networks. */
export interface StopWish {
  readonly ec2: Ec2;
  readonly id: string;
  readonly config: Pick<RunConfig, 'disable_stop_instance' | 'spot_price'> &
    Pick<AmiConfig, 'ena_support' | 'sriov_support'>;
  readonly pace: Pace;
}

/** Stops the instance, so that its volumes are at rest, and changes what can be changed only then. */
export const stopInstance = defineStep<StopWish, void>({
  name: 'stop-instance',
  async run({ ec2, id, config, pace }, context) {
    const { ui, signal } = context;
    if (config.disable_stop_instance) {
      ui.say('Waiting for the instance to stop by itself');
    } else {
      ui.say('Stopping the instance');
      const isBusy = (error: unknown): boolean => isRefusal(error, /^IncorrectInstanceState$/);
      const command = new StopInstancesCommand({ InstanceIds: [id] });
      await settled(isBusy, pace, signal, () => ec2.send(command, signal));
    }
    await untilState({ ec2, id, pace }, 'stopped', context);
    const changes = [
      ...(config.ena_support === undefined ? [] : [{ EnaSupport: { Value: config.ena_support } }]),
      ...(config.sriov_support ? [{ SriovNetSupport: { Value: 'simple' } }] : []),
    ];
    for (const change of changes) {
      await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...change }), signal);
    }
  },
});

/** AWS stops no spot instances; it halts them for the moment of a snapshot. */
export async function stopUnlessSpot(wish: StopWish, context: BuildContext): Promise<void> {
  if (!isSpot(wish.config)) await context.step(stopInstance, wish);
}
