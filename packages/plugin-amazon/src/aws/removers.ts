import {
  DeleteKeyPairCommand,
  DeleteLaunchTemplateCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import type { RemainKind } from '../remains.ts';
import type { Ec2 } from './ec2.ts';
import { toFilters } from './filters.ts';
import { isRefusal } from './refusal.ts';
import { removeImage } from './remove-image.ts';
import { removeImport } from './remove-import.ts';
import { removeInstance } from './remove-instance.ts';
import { removeProfile } from './remove-profile.ts';
import { removeSnapshot } from './remove-snapshot.ts';
import { removeVolume } from './remove-volume.ts';
import type { Removing } from './removing.ts';
import { settled } from './wait.ts';

/** Removes a thing by its traces. That it is not there is fine. */
export type Remover = (ec2: Ec2, traces: Traces, removing: Removing) => Promise<void>;

/** One for each kind. */
export const removers: Readonly<Record<RemainKind, Remover>> = {
  'key-pair': removeKeyPair,
  'security-group': removeSecurityGroup,
  'instance-profile': removeProfile,
  'launch-template': removeLaunchTemplate,
  instance: removeInstance,
  snapshot: removeSnapshot,
  image: removeImage,
  volume: removeVolume,
  bundle: async (ec2, traces, removing) => {
    const { removeBundle } = await import('./bundle-objects.ts');
    await removeBundle(ec2, traces, removing);
  },
  'import-task': removeImport,
  's3-object': async (ec2, traces, removing) => {
    const { removeObject } = await import('./s3.ts');
    await removeObject(ec2, traces, removing);
  },
};

async function removeKeyPair(ec2: Ec2, traces: Traces, { signal }: Removing): Promise<void> {
  await ec2.send(new DeleteKeyPairCommand({ KeyName: String(traces['name']) }), signal);
}

async function removeLaunchTemplate(ec2: Ec2, traces: Traces, { signal }: Removing): Promise<void> {
  const LaunchTemplateName = String(traces['name']);
  try {
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName }), signal);
  } catch (error) {
    if (!isRefusal(error, /^InvalidLaunchTemplate\w*\.(NotFound|DoesNotExist)/)) throw error;
  }
}

async function removeSecurityGroup(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const { signal, pace } = removing;
  const Filters = toFilters({ 'group-name': String(traces['name']) });
  const list = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }), signal);
  const ids = new Set(list.SecurityGroups?.map(({ GroupId = '' }) => GroupId));
  if (traces['id'] !== undefined) ids.add(String(traces['id']));
  const isInUse = (error: unknown): boolean => isRefusal(error, /^DependencyViolation$/);
  for (const GroupId of ids) {
    await settled(isInUse, pace, signal, async () => {
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId }), signal).catch(unlessGone);
    });
  }
}

function unlessGone(error: unknown): void {
  if (!isRefusal(error, /^InvalidGroup(Id)?\.NotFound$/)) throw error;
}
