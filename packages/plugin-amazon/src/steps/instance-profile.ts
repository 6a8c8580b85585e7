import { randomUUID } from 'node:crypto';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetInstanceProfileCommand,
  IAMClient,
  PutRolePolicyCommand,
  type Tag,
} from '@aws-sdk/client-iam';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { make } from '../aws/make.ts';
import { isRefusal } from '../aws/refusal.ts';
import type { Pace } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { RunConfig } from '../options/run.ts';

/** Which instance profile the template wants. */
export interface ProfileWish {
  readonly ec2: Ec2;
  readonly config: RunConfig;
  readonly tags: readonly {
    readonly Key?: string | undefined;
    readonly Value?: string | undefined;
  }[];
  readonly pace: Pace;
}

/** Checks that there is such an instance profile, or makes a temporary one. Gives its name, if the instance gets one. */
export const instanceProfile = defineStep<ProfileWish, string | undefined>({
  name: 'instance-profile',
  async run(wish, context) {
    const { config, ec2 } = wish;
    const { iam_instance_profile: name } = config;
    const iam = new IAMClient(ec2.settings);
    try {
      if (!name) return await temporaryProfile(iam, wish, context);
      if (!config.skip_profile_validation) await assertThere(iam, name, context.signal);
      return name;
    } finally {
      iam.destroy();
    }
  },
});

async function assertThere(iam: IAMClient, name: string, signal: AbortSignal): Promise<void> {
  try {
    const command = new GetInstanceProfileCommand({ InstanceProfileName: name });
    await iam.send(command, { abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    throw messages.noProfile(name, error);
  }
}

const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};

async function temporaryProfile(
  iam: IAMClient,
  { ec2, config, tags, pace }: ProfileWish,
  context: BuildContext,
): Promise<string | undefined> {
  const { temporary_iam_instance_profile_policy_document: policy } = config;
  if (policy === undefined) return undefined;
  const name = `bake-${randomUUID()}`;
  context.ui.say(`Creating the temporary instance profile ${name}`);
  const create = async (late: AbortSignal): Promise<string> => {
    const Tags = tags.map(({ Key = '', Value = '' }): Tag => ({ Key, Value }));
    const [RoleName, InstanceProfileName] = [name, name];
    const document = { Version: policy.Version || trust.Version, Statement: policy.Statement };
    const abort = { abortSignal: late };
    // The name is ours, so what is there already was made by a call whose answer was lost.
    const madeBefore = (action: string) => (error: unknown) => {
      const isDone =
        isRefusal(error, /^(EntityAlreadyExists|LimitExceeded)/) && action !== 'PutRolePolicy';
      if (!isDone) throw messages.asFailure(action, 'IAM', error);
    };
    await iam
      .send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags }), abort)
      .catch(madeBefore('CreateInstanceProfile'));
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    await iam
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }), abort)
      .catch(madeBefore('CreateRole'));
    const PolicyDocument = JSON.stringify(document);
    await iam
      .send(new PutRolePolicyCommand({ RoleName, PolicyName: name, PolicyDocument }), abort)
      .catch(madeBefore('PutRolePolicy'));
    await iam
      .send(new AddRoleToInstanceProfileCommand({ RoleName, InstanceProfileName }), abort)
      .catch(madeBefore('AddRoleToInstanceProfile'));
    return name;
  };
  const making = {
    kind: 'instance-profile',
    label: `instance profile ${name}`,
    traces: { name },
    pace,
  } as const;
  await make(ec2, { ...making, make: create }, context);
  return name;
}
