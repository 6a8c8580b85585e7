import { expect } from '@jest/globals';
import { expectAny, expectCall, type Given, type Params, type Row, type Seen } from './row.ts';

/** What `amazon-ebssurrogate` cannot do without. */
export const root = {
  launch_block_device_mappings: [{ device_name: '/dev/sdf' }, { device_name: '/dev/sdg' }],
  ami_root_device: { source_device_name: '/dev/sdf', device_name: '/dev/xvda' },
  ami_virtualization_type: 'hvm',
};

/** The devices of a registered image, by name, with some of what is said of them. */
function registered({ server }: Seen): Readonly<Record<string, Params>> {
  const [call] = server.of('RegisterImage');
  const names = [1, 2, 3].flatMap((index) => {
    const prefix = `BlockDeviceMapping.${index}.`;
    const name = call?.params[`${prefix}DeviceName`];
    if (call === undefined || name === undefined) return [];
    const own = Object.entries(call.params).filter(([key]) => key.startsWith(prefix));
    return [
      [
        name,
        Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
      ] as const,
    ];
  });
  return Object.fromEntries(names);
}

const registers = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['RegisterImage', params],
});

/** What `amazon-ebssurrogate` has beside the shared options. */
export const ofSurrogates: readonly Row[] = [
  {
    shows: ['ami_root_device.source_device_name', 'ami_root_device.device_name'],
    set: root,
    effect: (seen) => {
      expect(seen.server.of('CreateSnapshot')).toHaveLength(2);
      expectCall(seen, 'RegisterImage', {
        Name: 'web-1',
        RootDeviceName: '/dev/xvda',
        VirtualizationType: 'hvm',
        Architecture: 'x86_64',
      });
      expect(registered(seen)).toMatchObject({
        '/dev/xvda': {
          'Ebs.SnapshotId': expect.stringMatching(/^snap-/),
          'Ebs.DeleteOnTermination': 'false',
        },
        '/dev/sdg': { 'Ebs.SnapshotId': expect.stringMatching(/^snap-/) },
      });
      expect(seen.artifact).toMatchObject({
        builderId: 'mitchellh.amazon.ebssurrogate',
        id: expect.stringMatching(/^eu-central-1:ami-\d+$/),
      });
      expect(seen.server.world.left).toHaveLength(3);
    },
  },
  {
    shows: ['delete_on_termination', 'volume_type', 'volume_size', 'iops'].map(
      (name) => `ami_root_device.${name}`,
    ),
    set: {
      ...root,
      ami_root_device: {
        ...root.ami_root_device,
        delete_on_termination: true,
        volume_type: 'gp3',
        volume_size: 30,
        iops: 4000,
      },
    },
    effect: (seen) =>
      expect(registered(seen)['/dev/xvda']).toMatchObject({
        'Ebs.DeleteOnTermination': 'true',
        'Ebs.VolumeType': 'gp3',
        'Ebs.VolumeSize': '30',
        'Ebs.Iops': '4000',
      }),
  },
  {
    shows: 'launch_block_device_mappings.omit_from_artifact',
    set: {
      ...root,
      launch_block_device_mappings: [
        { device_name: '/dev/sdf', encrypted: true, kms_key_id: 'alias/a' },
        { device_name: '/dev/sdg', omit_from_artifact: true },
      ],
    },
    effect: (seen) => {
      expect(seen.server.of('CreateSnapshot')).toHaveLength(1);
      expect(Object.keys(registered(seen))).toEqual(['/dev/xvda']);
      expect(registered(seen)['/dev/xvda']).not.toHaveProperty('Ebs.KmsKeyId');
      expect(registered(seen)['/dev/xvda']).not.toHaveProperty(['Ebs.Encrypted']);
    },
  },
  {
    shows: 'snapshot_description',
    set: { snapshot_description: 'root' },
    effect: ['CreateSnapshot', { Description: 'root' }],
  },
  {
    shows: 'ami_architecture',
    ...registers({ ami_architecture: 'arm64' }, { Architecture: 'arm64' }),
  },
  { shows: 'boot_mode', ...registers({ boot_mode: 'uefi' }, { BootMode: 'uefi' }) },
  {
    shows: 'uefi_data',
    ...registers({ boot_mode: 'uefi', uefi_data: 'AAAA' }, { UefiData: 'AAAA' }),
  },
  { shows: 'tpm_support', ...registers({ tpm_support: 'v2.0' }, { TpmSupport: 'v2.0' }) },
  { shows: 'ena_support', ...registers({ ena_support: true }, { EnaSupport: 'true' }) },
  { shows: 'sriov_support', ...registers({ sriov_support: true }, { SriovNetSupport: 'simple' }) },
  {
    shows: 'use_create_image',
    set: { use_create_image: true, ena_support: true },
    effect: (seen) => {
      const swaps = seen.server.calls.filter(({ action }) => /^(At|De)tachVolume$/.test(action));
      const [volume] = swaps.map(({ params }) => params['VolumeId']);
      expect(swaps.map(({ action }) => action)).toEqual(['DetachVolume', 'AttachVolume']);
      expectCall(seen, 'AttachVolume', { VolumeId: volume, Device: '/dev/xvda' });
      expectCall(seen, 'ModifyInstanceAttribute', { 'EnaSupport.Value': 'true' });
      expectCall(seen, 'CreateImage', {
        InstanceId: expectAny('i'),
        Name: 'web-1',
        'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
        'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'false',
      });
      expect(seen.server.of('RegisterImage')).toEqual([]);
      expect(seen.server.of('CreateSnapshot')).toEqual([]);
      expect(seen.server.world.volumes.size).toBe(0);
    },
  },
  {
    shows: 'use_create_image',
    set: {
      use_create_image: true,
      ami_root_device: { source_device_name: '/dev/sdf', device_name: '/dev/sda1' },
    },
    fails: /The root of the instance is \/dev\/xvda, not \/dev\/sda1/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
];
