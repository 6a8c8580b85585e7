import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Traces } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { Ec2 } from './ec2.ts';
import { isRefusal } from './refusal.ts';
import type { Removing } from './removing.ts';

/** Removes a temporary instance profile with its role and policy, which all have the same name. */
export async function removeProfile(
  { settings }: Ec2,
  traces: Traces,
  { signal }: Removing,
): Promise<void> {
  const name = String(traces['name']);
  const [RoleName, InstanceProfileName, PolicyName] = [name, name, name];
  const iam = new IAMClient(settings);
  const abort = { abortSignal: signal };
  const gone = (action: string) => (error: unknown) => {
    signal.throwIfAborted();
    if (!isRefusal(error, /^NoSuchEntity/)) throw messages.asFailure(action, 'IAM', error);
  };
  try {
    await iam
      .send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }), abort)
      .catch(gone('RemoveRoleFromInstanceProfile'));
    await iam
      .send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), abort)
      .catch(gone('DeleteRolePolicy'));
    await iam.send(new DeleteRoleCommand({ RoleName }), abort).catch(gone('DeleteRole'));
    await iam
      .send(new DeleteInstanceProfileCommand({ InstanceProfileName }), abort)
      .catch(gone('DeleteInstanceProfile'));
  } finally {
    iam.destroy();
  }
}
