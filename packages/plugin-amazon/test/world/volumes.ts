import { type Acts, Fault, filterOf } from './act.ts';

/** Volumes, where they are attached, and snapshots of them. */
export const volumeActs: Acts = {
  CreateVolume: ({ params }, world) => {
    const mark = params['ClientToken'] ?? '';
    const known = world.marks.get(mark);
    if (known !== undefined) return { volumeId: known };
    const volumeId = world.id('vol');
    world.marks.set(mark, volumeId);
    world.volumes.add(volumeId);
    return { volumeId };
  },
  DescribeVolumes: ({ params }, { attachments, marks, volumes }) => {
    const id = params['VolumeId.1'] ?? marks.get(filterOf(params, 'tag:bake-mark') ?? '');
    if (id === undefined || !volumes.has(id)) return { volumeSet: [] };
    const at = attachments.get(id);
    const attachmentSet = at === undefined ? [] : [{ instanceId: at, status: 'attached' }];
    return { volumeSet: [{ volumeId: id, status: 'available', attachmentSet }] };
  },
  AttachVolume: ({ params }, { attachments }) => {
    const id = params['VolumeId'] ?? '';
    if (attachments.has(id)) throw new Fault('VolumeInUse', id);
    attachments.set(id, params['InstanceId'] ?? '');
    return { status: 'attaching' };
  },
  DetachVolume: ({ params }, { attachments }) => {
    if (!attachments.delete(params['VolumeId'] ?? '')) throw new Fault('IncorrectState', 'free');
    return { status: 'detaching' };
  },
  DeleteVolume: ({ params }, { attachments, instances, volumes }) => {
    const id = params['VolumeId'] ?? '';
    const at = attachments.get(id);
    if (at !== undefined && instances.get(at)?.state !== 'terminated') {
      throw new Fault('VolumeInUse', id);
    }
    if (!volumes.delete(id)) throw new Fault('InvalidVolume.NotFound', id);
    return { return: true };
  },
  CreateSnapshot: ({ params }, world) => {
    const snapshotId = world.id('snap');
    world.snapshots.add(snapshotId);
    world.snapshotVolumes.set(snapshotId, params['VolumeId'] ?? '');
    return { snapshotId };
  },
  DescribeSnapshots: ({ params }, { snapshots, snapshotVolumes, descriptions }) => {
    const id = params['SnapshotId.1'];
    const volume = filterOf(params, 'volume-id');
    const patterns = Object.entries(params)
      .filter(([name, value]) => name.startsWith('Filter.') && value.includes('ami-'))
      .map(([, value]) => new RegExp(`^${value.replace(/[().]/g, '\\$&').replaceAll('*', '.*')}$`));
    const found = [...snapshots].filter((one) =>
      id === undefined
        ? patterns.some((pattern) => pattern.test(descriptions.get(one) ?? '')) ||
          (volume !== undefined && snapshotVolumes.get(one) === volume)
        : one === id,
    );
    const progress = id === undefined ? '40%' : '100%';
    return {
      snapshotSet: found.map((snapshotId) => ({ snapshotId, status: 'completed', progress })),
    };
  },
  DeleteSnapshot: ({ params }, { snapshots, images }) => {
    const id = params['SnapshotId'] ?? '';
    const isUsed = [...images.values()].some((one) => one.snapshots.includes(id));
    if (isUsed) throw new Fault('InvalidSnapshot.InUse', id);
    if (!snapshots.delete(id)) throw new Fault('InvalidSnapshot.NotFound', id);
    return { return: true };
  },
  ModifySnapshotAttribute: () => ({ return: true }),
};
