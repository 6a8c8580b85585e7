import {
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  type Instance,
  ModifyInstanceAttributeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import type { Ec2 } from './ec2.ts';
import { toFilters } from './filters.ts';
import { lookAgain } from './look-again.ts';
import { markTag } from './mark.ts';
import { isRefusal } from './refusal.ts';
import { listOf, type Removing } from './removing.ts';
import { instancePatience, waitFor } from './wait.ts';

/**
 * Terminates an instance, waits until it is gone, and deletes the volumes that it leaves, but for those of the devices
 * in `kept`. It is found by its ID, or by the token or tag that it was asked for with.
 */
export async function removeInstance(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const instances = await lookAgain(
    traces['id'] === undefined,
    () => findInstances(ec2, traces, removing.signal),
    removing,
  );
  const volumes = new Set(listOf(traces['volumes']));
  for (const instance of instances) {
    const kept = listOf(traces['kept']);
    for (const id of volumesOf(instance, kept)) volumes.add(id);
    await takeVolumesAlong(ec2, instance, kept, removing.signal);
    await terminate(ec2, instance.InstanceId ?? '', removing);
  }
  for (const id of volumes) await deleteVolume(ec2, id, removing);
}

/**
 * Has AWS delete the volumes with the instance. Otherwise nobody would know of them if this process ended in between, as an
 * instance that is terminated has none any more.
 */
async function takeVolumesAlong(
  ec2: Ec2,
  { InstanceId, State, BlockDeviceMappings = [] }: Instance,
  kept: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const mappings = BlockDeviceMappings.flatMap(({ DeviceName = '', Ebs }) =>
    Ebs === undefined || Ebs.DeleteOnTermination === true || kept.includes(DeviceName)
      ? []
      : [{ DeviceName, Ebs: { DeleteOnTermination: true } }],
  );
  if (mappings.length === 0 || /^(shutting-down|terminated)$/.test(State?.Name ?? '')) return;
  const command = new ModifyInstanceAttributeCommand({
    InstanceId: InstanceId ?? '',
    BlockDeviceMappings: mappings,
  });
  // Who may not do this can delete volumes one by one.
  await ec2.send(command, signal).catch((error: unknown) => {
    if (!isRefusal(error, /^(UnauthorizedOperation|IncorrectInstanceState|InvalidInstanceID)/))
      throw error;
  });
}

/** The volumes of an instance, but for those of some devices. */
export function volumesOf(instance: Instance, kept: readonly string[]): readonly string[] {
  return (instance.BlockDeviceMappings ?? []).flatMap(({ DeviceName = '', Ebs }) =>
    Ebs?.VolumeId === undefined || kept.includes(DeviceName) ? [] : [Ebs.VolumeId],
  );
}

async function findInstances(ec2: Ec2, traces: Traces, signal: AbortSignal): Promise<Instance[]> {
  const { id, token, mark } = traces;
  const filter: Readonly<Record<string, string>> =
    mark === undefined ? { 'client-token': String(token) } : { [`tag:${markTag}`]: String(mark) };
  const which = id === undefined ? { Filters: toFilters(filter) } : { InstanceIds: [String(id)] };
  try {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(which), signal);
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  } catch (error) {
    if (isRefusal(error, /^InvalidInstanceID\.NotFound$/)) return [];
    throw error;
  }
}

async function terminate(ec2: Ec2, id: string, removing: Removing): Promise<void> {
  const { signal, pace } = removing;
  try {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }), signal);
  } catch (error) {
    if (isRefusal(error, /^InvalidInstanceID\.NotFound$/)) return;
    throw error;
  }
  await waitFor({
    what: `Instance ${id}`,
    pace,
    patience: instancePatience,
    signal,
    look: async () => {
      const [instance] = await findInstances(ec2, { id }, signal);
      const state = instance?.State?.Name ?? 'terminated';
      return state === 'terminated' ? { found: undefined } : { state };
    },
  });
}

/** Deletes a volume as soon as no instance has it. That it is not there is fine. `release` takes it from one that stays. */
export async function deleteVolume(
  ec2: Ec2,
  VolumeId: string,
  removing: Removing,
  release?: () => Promise<void>,
): Promise<void> {
  const { signal, pace } = removing;
  await waitFor({
    what: `Volume ${VolumeId}`,
    pace,
    patience: instancePatience,
    signal,
    look: async () => {
      try {
        await ec2.send(new DeleteVolumeCommand({ VolumeId }), signal);
      } catch (error) {
        if (isRefusal(error, /^InvalidVolume\.NotFound$/)) return { found: undefined };
        if (!isRefusal(error, /^VolumeInUse$/)) throw error;
        await release?.();
        return { state: 'in use' };
      }
      return { found: undefined };
    },
  });
}
