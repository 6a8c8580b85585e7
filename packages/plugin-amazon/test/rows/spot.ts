import { expect } from '@jest/globals';
import { expectCall, type Given, type Params, type Row } from './row.ts';

const spotSet = { spot_price: '0.05' };
const fleet = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set: { ...spotSet, ...set },
  effect: ['CreateFleet', params],
});

/** Instances that AWS has to spare. */
export const spot: readonly Row[] = [
  {
    shows: 'spot_price',
    set: { ...spotSet, subnet_id: 'subnet-2', user_data: 'x y', run_tags: { A: 'b' } },
    effect: (seen) => {
      const data = 'LaunchTemplateData';
      expectCall(seen, 'CreateLaunchTemplate', {
        [`${data}.InstanceMarketOptions.MarketType`]: 'spot',
        [`${data}.InstanceMarketOptions.SpotOptions.MaxPrice`]: '0.05',
        [`${data}.InstanceType`]: 'm5.large',
        [`${data}.ImageId`]: 'ami-new',
        [`${data}.KeyName`]: seen.server.of('CreateKeyPair')[0]?.params['KeyName'],
        [`${data}.NetworkInterface.1.SubnetId`]: 'subnet-2',
        [`${data}.UserData`]: Buffer.from('x y').toString('base64'),
        [`${data}.TagSpecification.1.ResourceType`]: 'instance',
        [`${data}.TagSpecification.1.Tag.1.Key`]: 'A',
        [`${data}.TagSpecification.1.Tag.2.Key`]: 'bake-mark',
        [`${data}.TagSpecification.2.ResourceType`]: 'network-interface',
      });
      expectCall(seen, 'CreateFleet', {
        Type: 'instant',
        'TargetCapacitySpecification.TotalTargetCapacity': '1',
        'TargetCapacitySpecification.DefaultTargetCapacityType': 'spot',
      });
      expect(seen.server.of('StopInstances')).toEqual([]);
      expect(seen.server.of('RunInstances')).toEqual([]);
      expect(seen.artifact?.id).toMatch(/^eu-central-1:ami-/);
      expect(seen.server.world.templates.size).toBe(0);
    },
  },
  {
    shows: 'spot_price',
    set: { spot_price: 'auto' },
    effect: [
      'CreateLaunchTemplate',
      { 'LaunchTemplateData.InstanceMarketOptions.SpotOptions.MaxPrice': undefined },
    ],
  },
  {
    shows: 'spot_instance_types',
    ...fleet(
      { instance_type: undefined, spot_instance_types: ['c5.large', 'm5.large'] },
      { 'LaunchTemplateConfigs.1.Overrides.2.InstanceType': 'm5.large' },
    ),
  },
  {
    shows: 'spot_allocation_strategy',
    ...fleet(
      { spot_allocation_strategy: 'diversified' },
      { 'SpotOptions.AllocationStrategy': 'diversified' },
    ),
  },
  ...(['spot_tags', 'spot_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'spot_tag' ? ['spot_tag.key', 'spot_tag.value'] : shows,
      set: {
        ...spotSet,
        [shows]:
          shows === 'spot_tag'
            ? [{ key: 'S', value: '{{ .SourceAMI }}' }]
            : { S: '{{ .SourceAMI }}' },
      },
      effect: [
        'CreateLaunchTemplate',
        {
          'TagSpecification.1.ResourceType': 'launch-template',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
          'LaunchTemplateData.TagSpecification.2.ResourceType': 'spot-instances-request',
          'LaunchTemplateData.TagSpecification.2.Tag.1.Key': 'S',
        },
      ],
    }),
  ),
  ...(['fleet_tags', 'fleet_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'fleet_tag' ? ['fleet_tag.key', 'fleet_tag.value'] : shows,
      ...fleet(
        {
          [shows]:
            shows === 'fleet_tag'
              ? [{ key: 'F', value: '{{ .SourceAMI }}' }]
              : { F: '{{ .SourceAMI }}' },
        },
        {
          'TagSpecification.1.ResourceType': 'fleet',
          'TagSpecification.1.Tag.1.Key': 'F',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
        },
      ),
    }),
  ),
  {
    shows: 'spot_price',
    set: spotSet,
    prepare: ({ overrides }) =>
      void overrides.set('CreateFleet', () => ({
        fleetId: 'f',
        errorSet: [{ errorCode: 'InvalidParameter', errorMessage: 'no' }],
      })),
    fails: /There is no spot instance to be had: InvalidParameter: no/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
];
