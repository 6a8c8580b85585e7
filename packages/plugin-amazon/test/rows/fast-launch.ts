import { expect } from '@jest/globals';
import type { Ec2Server } from '../ec2-server.ts';
import { expectAny, expectCall, type Row } from './row.ts';

const windows = (server: Ec2Server): void => {
  server.world.platform = 'windows';
};
const on = { enable_fast_launch: true };

/** Faster starts of Windows. */
export const fastLaunch: readonly Row[] = [
  {
    shows: [
      'fast_launch.enable_fast_launch',
      'fast_launch.template_id',
      'fast_launch.template_version',
      'fast_launch.max_parallel_launches',
      'fast_launch.target_resource_count',
    ],
    set: {
      fast_launch: {
        ...on,
        template_id: 'lt-1',
        template_version: 3,
        max_parallel_launches: 8,
        target_resource_count: 5,
      },
    },
    prepare: windows,
    effect: [
      'EnableFastLaunch',
      {
        ImageId: expectAny('ami'),
        ResourceType: 'snapshot',
        'LaunchTemplate.LaunchTemplateId': 'lt-1',
        'LaunchTemplate.Version': '3',
        MaxParallelLaunches: '8',
        'SnapshotConfiguration.TargetResourceCount': '5',
      },
    ],
  },
  {
    shows: 'fast_launch.template_name',
    set: { fast_launch: { ...on, template_name: 'win' } },
    prepare: windows,
    effect: [
      'EnableFastLaunch',
      { 'LaunchTemplate.LaunchTemplateName': 'win', 'LaunchTemplate.Version': '7' },
    ],
  },
  {
    shows: [
      'fast_launch.region_launch_templates.region',
      'fast_launch.region_launch_templates.template_id',
      'fast_launch.region_launch_templates.template_version',
    ],
    set: {
      ami_regions: ['eu-west-1'],
      fast_launch: {
        ...on,
        template_id: 'lt-1',
        template_version: 1,
        region_launch_templates: [
          { region: 'eu-west-1', template_id: 'lt-2', template_version: 2 },
        ],
      },
    },
    prepare: windows,
    effect: ({ server }) =>
      expect(
        server
          .of('EnableFastLaunch')
          .map(({ region, params }) => [region, params['LaunchTemplate.LaunchTemplateId']])
          .toSorted(),
      ).toEqual([
        ['eu-central-1', 'lt-1'],
        ['eu-west-1', 'lt-2'],
      ]),
  },
  {
    shows: [
      'fast_launch.region_launch_templates.enable_fast_launch',
      'fast_launch.region_launch_templates.template_name',
    ],
    set: {
      ami_regions: ['eu-west-1'],
      fast_launch: {
        region_launch_templates: [
          { region: 'eu-west-1', enable_fast_launch: true, template_name: 'far' },
        ],
      },
    },
    prepare: windows,
    effect: (seen) => {
      expect(seen.server.of('EnableFastLaunch').map(({ region }) => region)).toEqual(['eu-west-1']);
      expectCall(seen, 'EnableFastLaunch', { 'LaunchTemplate.LaunchTemplateName': 'far' });
    },
  },
  {
    shows: 'fast_launch.enable_fast_launch',
    set: { fast_launch: on },
    fails: /The image ami-new is not one of Windows/,
    // Before anything is made.
    effect: ({ server }) => expect(server.of('CreateKeyPair')).toEqual([]),
  },
  {
    shows: 'fast_launch.enable_fast_launch',
    set: { skip_create_ami: true, fast_launch: on },
    effect: ({ server }) => expect(server.of('EnableFastLaunch')).toEqual([]),
  },
];
