import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import ebs from '../src/ebs/component.ts';
import ebsVolume from '../src/ebsvolume/component.ts';
import { decoded } from './decode.ts';
import { Ec2Server } from './ec2-server.ts';
import { config, runBuild, runBuilder } from './test-build.ts';
import { Fault } from './world/act.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(60_000);

let server: Ec2Server;
beforeEach(async () => {
  server = await Ec2Server.start();
});
afterEach(() => server.close());

test('makes an image, and removes all else', async () => {
  const {
    artifact,
    failure,
    test: context,
    target,
    generated,
  } = await runBuild(config(server.address));
  expect(failure).toBeUndefined();
  const [ami = ''] = server.world.images.keys();
  expect(artifact).toMatchObject({
    builderId: 'mitchellh.amazonebs',
    id: `eu-central-1:${ami}`,
    files: [],
    description: `AMIs were created:\neu-central-1: ${ami}`,
  });
  expect(target).toMatchObject({
    host: '198.51.100.7',
    privateKey: expect.stringMatching(/^-----BEGIN/),
  });
  expect(generated).toEqual({
    BuildRegion: 'eu-central-1',
    SourceAMI: 'ami-new',
    SourceAMICreationDate: '2025-01-01T00:00:00.000Z',
    SourceAMIName: 'ubuntu-2',
    SourceAMIOwner: '099720109477',
    SourceAMIOwnerName: 'amazon',
    ID: expect.stringMatching(/^i-/),
  });
  expect(server.world.left.toSorted()).toEqual([ami, ...server.world.snapshots].toSorted());
  expect(context.journaled).toEqual([]);
  expect(context.pending).toEqual([]);
  expect(server.calls.map(({ action }) => action)).toEqual([
    'DescribeRegions',
    'DescribeImages',
    'DescribeImages',
    'CreateKeyPair',
    'CreateSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'RunInstances',
    'DescribeInstances',
    'StopInstances',
    'DescribeInstances',
    'CreateImage',
    'DescribeImages',
    'DescribeInstances',
    'TerminateInstances',
    'DescribeInstances',
    'DescribeSecurityGroups',
    'DeleteSecurityGroup',
    'DeleteKeyPair',
  ]);
  await artifact?.destroy();
  expect(server.world.left).toEqual([]);
});

/** A device as templates have it, with its defaults. */
function device(device_name: string, delete_on_termination?: boolean) {
  const given = { launch_block_device_mappings: [{ device_name, delete_on_termination }] };
  return decoded(ebs.config, given).launch_block_device_mappings;
}

test('volumes stay only when a template says so and the build succeeds', async () => {
  const set = {
    launch_block_device_mappings: [
      ...device('/dev/sdf', false),
      ...device('/dev/sdg'),
      ...device('/dev/sdh', true),
    ],
  };
  const { failure } = await runBuild(config(server.address, set));
  expect(failure).toBeUndefined();
  expect(server.world.volumes.size).toBe(1);
  server.world.volumes.clear();
  const failed = await runBuild(config(server.address, { ...set, ami_name: 'web-2' }), {
    provision: () => Promise.reject(new Error('no')),
  });
  expect(failed.failure).toBeInstanceOf(Error);
  expect(server.world.volumes.size).toBe(0);
});

test('what ebsvolume keeps goes away with its artifact, and with a failure', async () => {
  const given = {
    ...config(server.address),
    ebs_volumes: [{ device_name: '/dev/sdf', snapshot_volume: true }],
  };
  const known = Object.entries(given).filter(([name]) => name in ebsVolume.config);
  const volumes = decoded(ebsVolume.config, Object.fromEntries(known));
  const { artifact, failure } = await runBuilder(ebsVolume, volumes);
  expect(failure).toBeUndefined();
  const ids = artifact?.id.split(',').map((pair) => pair.split(':')[1]);
  expect(server.world.left.toSorted()).toEqual(ids?.toSorted());
  await artifact?.destroy();
  expect(server.world.left).toEqual([]);
  server.overrides.set('ModifySnapshotAttribute', () => {
    throw new Fault('No', 'no');
  });
  const [first] = volumes.ebs_volumes;
  const shared = first === undefined ? [] : [{ ...first, snapshot_users: ['1'] }];
  const failed = await runBuilder(ebsVolume, { ...volumes, ebs_volumes: shared });
  expect(String(failed.failure)).toMatch(/AWS refused ModifySnapshotAttribute/);
  expect(server.world.left).toEqual([]);
});

test('of several snapshots that lost answers leave, one stays', async () => {
  let count = 0;
  server.conduct = ({ action }) => {
    if (action !== 'CreateSnapshot') return 'normal';
    count += 1;
    return count < 3 ? 'cut-after' : 'normal';
  };
  const given = {
    ...config(server.address),
    ebs_volumes: [{ device_name: '/dev/sdf', snapshot_volume: true }],
  };
  const known = Object.entries(given).filter(([name]) => name in ebsVolume.config);
  const { failure } = await runBuilder(
    ebsVolume,
    decoded(ebsVolume.config, Object.fromEntries(known)),
  );
  expect(failure).toBeUndefined();
  expect(count).toBe(3);
  expect(server.world.snapshots.size).toBe(1);
});

test.each(['artifact', 'failure'])(
  'a snapshot that the template names stays after the %s',
  async (end) => {
    server.world.snapshots.add('snap-theirs');
    const given = {
      ami_block_device_mappings: [{ device_name: '/dev/sdx', snapshot_id: 'snap-theirs' }],
    };
    const { ami_block_device_mappings: devices } = decoded(ebs.config, given);
    if (end === 'failure') {
      server.overrides.set('CreateTags', () => {
        throw new Fault('No', 'no');
      });
    }
    const set = { ami_block_device_mappings: devices, tags: { A: 'b' } };
    const { artifact, failure } = await runBuild(config(server.address, set));
    expect(failure === undefined).toBe(end === 'artifact');
    await artifact?.destroy();
    expect(server.world.left).toEqual(['snap-theirs']);
  },
);
