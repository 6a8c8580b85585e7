import { type Acts, Fault, filterOf, type Thing } from './act.ts';

const vpcs: readonly Thing[] = [
  { vpcId: 'vpc-1', isDefault: true },
  { vpcId: 'vpc-2', isDefault: false },
];

const subnets: readonly Thing[] = [
  {
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    availabilityZone: 'eu-central-1a',
    availableIpAddressCount: 5,
  },
  {
    subnetId: 'subnet-2',
    vpcId: 'vpc-1',
    availabilityZone: 'eu-central-1b',
    availableIpAddressCount: 9,
  },
];

/** Regions, networks, and security groups. */
export const networkActs: Acts = {
  DescribeRegions: () => ({
    regionInfo: ['eu-central-1', 'eu-west-1', 'us-east-1'].map((regionName) => ({ regionName })),
  }),
  DescribeVpcs: ({ params }) => ({
    vpcSet: vpcs.filter(
      (one) =>
        (params['VpcId.1'] ?? one['vpcId']) === one['vpcId'] &&
        (filterOf(params, 'is-default') ?? String(one['isDefault'])) === String(one['isDefault']) &&
        (filterOf(params, 'tag:Net') ?? one['vpcId']) === one['vpcId'],
    ),
  }),
  DescribeSubnets: ({ params }) => ({
    subnetSet: subnets.filter(
      (one) =>
        (params['SubnetId.1'] ?? one['subnetId']) === one['subnetId'] &&
        (filterOf(params, 'vpc-id') ?? one['vpcId']) === one['vpcId'] &&
        (filterOf(params, 'availability-zone') ?? one['availabilityZone']) ===
          one['availabilityZone'],
    ),
  }),
  DescribeInstanceTypeOfferings: () => ({
    instanceTypeOfferingSet: [{ instanceType: 't3.micro', location: 'eu-central-1a' }],
  }),
  DescribeSecurityGroups: ({ params }, { groups }) => {
    const name = filterOf(params, 'group-name');
    const found = [...groups].filter(([, one]) => one === name).map(([groupId]) => ({ groupId }));
    const known = filterOf(params, 'tag:Class') === 'build' ? [{ groupId: 'sg-found' }] : [];
    return { securityGroupInfo: [...found, ...known] };
  },
  CreateSecurityGroup: ({ params }, world) => {
    const name = params['GroupName'] ?? '';
    if ([...world.groups.values()].includes(name)) throw new Fault('InvalidGroup.Duplicate', name);
    const groupId = world.id('sg');
    world.groups.set(groupId, name);
    return { groupId };
  },
  AuthorizeSecurityGroupIngress: () => ({ return: true }),
  DeleteSecurityGroup: ({ params }, { groups, instances }) => {
    const isUsed = [...instances.values()].some(({ state }) => state !== 'terminated');
    if (isUsed) throw new Fault('DependencyViolation', 'in use');
    if (!groups.delete(params['GroupId'] ?? '')) throw new Fault('InvalidGroup.NotFound', 'gone');
    return { return: true };
  },
};
