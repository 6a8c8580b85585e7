import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Ec2Server } from './ec2-server.ts';
import { config, runBuild } from './test-build.ts';

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
