import { randomUUID } from 'node:crypto';
import {
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { type Made, make } from '../aws/make.ts';
import { isRefusal } from '../aws/refusal.ts';
import { volumesOf } from '../aws/remove-instance.ts';
import { instancePatience, type Pace, settled, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import { isSpot } from '../options/run.ts';
import { launchSpot } from './launch-spot.ts';
import { type RunWish, runRequest } from './run-request.ts';

/** What to start, and where. */
export interface StartWish extends RunWish {
  readonly ec2: Ec2;
  readonly pace: Pace;
  readonly spotTags: Tag[];
  readonly fleetTags: Tag[];
}

/** An instance that runs. */
export interface RunningInstance {
  readonly instance: Instance;
  /** Has the volumes of these devices stay when the instance is terminated. */
  keepVolumes(devices: readonly string[]): void;
}

/** Starts the instance and waits until it runs. It is terminated at the end, and its volumes are deleted. */
export const runInstance = defineStep<StartWish, RunningInstance>({
  name: 'run-instance',
  async run(wish, context) {
    const { ec2, pace, config } = wish;
    const { ui } = context;
    ui.say(`Launching an instance ${isSpot(config) ? 'that AWS has to spare' : 'on demand'}`);
    const launched = await (isSpot(config) ? launchSpot : launchOnDemand)(wish, context);
    ui.say(`Instance ID: ${launched.id}`);
    const instance = await untilState({ ec2, id: launched.id, pace }, 'running', context);
    launched.learn({ volumes: volumesOf(instance, []) });
    return {
      instance,
      keepVolumes: (kept) => launched.learn({ kept, volumes: volumesOf(instance, kept) }),
    };
  },
});

async function launchOnDemand(wish: StartWish, context: BuildContext): Promise<Made> {
  const { ec2, pace } = wish;
  const token = randomUUID();
  const command = new RunInstancesCommand({
    ...(await runRequest(wish)),
    MinCount: 1,
    MaxCount: 1,
    ClientToken: token,
  });
  const label = `instance with the token ${token}`;
  const making = { kind: 'instance', label, traces: { token }, pace } as const;
  return make(ec2, { ...making, make: (late) => launch(ec2, command, pace, late) }, context);
}

/** IAM's news travel slowly: an instance profile that was made just now is unknown at first. */
async function launch(
  ec2: Ec2,
  command: RunInstancesCommand,
  pace: Pace,
  signal: AbortSignal,
): Promise<string> {
  const isNotYet = (error: unknown): boolean =>
    isRefusal(error, /^InvalidParameterValue$/) && /iam ?instance ?profile/i.test(String(error));
  const { Instances } = await settled(isNotYet, pace, signal, () => ec2.send(command, signal));
  return Instances?.[0]?.InstanceId ?? '';
}

/** An instance to wait for. */
export interface InstanceWait {
  readonly ec2: Ec2;
  readonly id: string;
  readonly pace: Pace;
}

/** Waits until the instance is in a state, and says each state on the way. Rejects when it can't come to that. */
export async function untilState(
  { ec2, id, pace }: InstanceWait,
  wanted: 'running' | 'stopped',
  { ui, signal }: Pick<BuildContext, 'ui' | 'signal'>,
): Promise<Instance> {
  let last = '';
  return waitFor<Instance>({
    what: `Instance ${id}`,
    pace,
    patience: instancePatience,
    signal,
    look: async () => {
      const instance = await describeInstance(ec2, id, signal);
      const state = instance?.State?.Name ?? 'pending';
      if (state !== last) ui.say(`Instance ${id} is ${state}`);
      last = state;
      if (instance !== undefined && state === wanted) return { found: instance };
      const isOver =
        state === 'terminated' || (wanted === 'running' && /^(shutting|stop)/.test(state));
      const reason = instance?.StateReason?.Message ?? instance?.StateTransitionReason;
      if (isOver) throw messages.wentWrong(`Instance ${id}`, state, reason);
      return { state };
    },
  });
}

/** The instance as it is now; nothing when AWS does not know of it yet. */
export async function describeInstance(
  ec2: Ec2,
  id: string,
  signal: AbortSignal,
): Promise<Instance | undefined> {
  try {
    const command = new DescribeInstancesCommand({ InstanceIds: [id] });
    return (await ec2.send(command, signal)).Reservations?.[0]?.Instances?.[0];
  } catch (error) {
    if (isRefusal(error, /^InvalidInstanceID\.NotFound$/)) return undefined;
    throw error;
  }
}
