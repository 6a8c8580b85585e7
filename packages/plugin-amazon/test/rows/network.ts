import { expect } from '@jest/globals';
import { sessionProgram } from '../session-program.ts';
import { vault } from '../vault.ts';
import { expectAny, expectCall, type Row } from './row.ts';

const byName = { source_ami: undefined };
const ubuntu = { filters: { name: 'ubuntu-*' }, owners: ['099720109477'] };

/** Which image the instance starts from. */
export const source: readonly Row[] = [
  {
    shows: 'source_ami',
    set: { source_ami: 'ami-old' },
    effect: ['RunInstances', { ImageId: 'ami-old' }],
  },
  {
    shows: 'source_ami',
    set: { source_ami: 'resolve:ssm:/web/base:3' },
    effect: (seen) => {
      expectCall(seen, 'GetParameter', { Name: '/web/base:3' });
      expectCall(seen, 'RunInstances', { ImageId: 'ami-new' });
    },
  },
  {
    shows: 'source_ami',
    set: { source_ami: 'resolve:ssm:/web/base' },
    prepare: (server) =>
      server.overrides.set('GetParameter', () => ({ Parameter: { Value: 'x' } })),
    fails: /The parameter "\/web\/base" holds no ID of an image/,
    effect: ({ server }) => expect(server.of('RunInstances')).toEqual([]),
  },
  {
    shows: [
      'source_ami_filter.filters',
      'source_ami_filter.owners',
      'source_ami_filter.most_recent',
    ],
    set: { ...byName, source_ami_filter: { ...ubuntu, most_recent: true } },
    effect: (seen) => {
      expectCall(seen, 'DescribeImages', {
        'Filter.1.Name': 'name',
        'Filter.1.Value.1': 'ubuntu-*',
        'Owner.1': '099720109477',
        IncludeDeprecated: undefined,
      });
      expectCall(seen, 'RunInstances', { ImageId: 'ami-new' });
    },
  },
  {
    shows: 'source_ami_filter.include_deprecated',
    set: {
      ...byName,
      source_ami_filter: { ...ubuntu, most_recent: true, include_deprecated: true },
    },
    effect: ['DescribeImages', { IncludeDeprecated: 'true' }],
  },
];

/** Where the instance runs. */
export const network: readonly Row[] = [
  {
    shows: 'vpc_id',
    set: { vpc_id: 'vpc-1' },
    effect: ['CreateSecurityGroup', { VpcId: 'vpc-1' }],
  },
  {
    shows: 'vpc_filter.filters',
    set: { vpc_filter: { filters: { 'tag:Net': 'vpc-1' } } },
    effect: ['CreateSecurityGroup', { VpcId: 'vpc-1' }],
  },
  {
    shows: ['vpc_filter.filter.name', 'vpc_filter.filter.value'],
    set: { vpc_filter: { filter: [{ name: 'tag:Net', value: 'vpc-2' }] } },
    effect: ['CreateSecurityGroup', { VpcId: 'vpc-2' }],
  },
  {
    shows: 'subnet_id',
    set: { subnet_id: 'subnet-2' },
    effect: (seen) => {
      expectCall(seen, 'RunInstances', {
        SubnetId: 'subnet-2',
        'Placement.AvailabilityZone': 'eu-central-1b',
      });
      expectCall(seen, 'CreateSecurityGroup', { VpcId: 'vpc-1' });
    },
  },
  {
    shows: ['subnet_filter.filters', 'subnet_filter.most_free'],
    set: { subnet_filter: { filters: { 'tag:Class': 'a,b' }, most_free: true } },
    effect: (seen) => {
      expectCall(seen, 'DescribeSubnets', {
        'Filter.2.Name': 'tag:Class',
        'Filter.2.Value.1': 'a',
        'Filter.2.Value.2': 'b',
      });
      expectCall(seen, 'RunInstances', { SubnetId: 'subnet-2' });
    },
  },
  {
    shows: ['subnet_filter.filter.name', 'subnet_filter.filter.value', 'subnet_filter.random'],
    set: { subnet_filter: { filter: [{ name: 'tag:Class', value: 'a' }], random: true } },
    effect: ['RunInstances', { SubnetId: expectAny('subnet') }],
  },
  {
    shows: 'availability_zone',
    set: { availability_zone: 'eu-central-1c' },
    effect: ['RunInstances', { 'Placement.AvailabilityZone': 'eu-central-1c' }],
  },
  {
    shows: 'associate_public_ip_address',
    set: { associate_public_ip_address: true, instance_type: 't3.micro' },
    effect: [
      'RunInstances',
      {
        'NetworkInterface.1.AssociatePublicIpAddress': 'true',
        'NetworkInterface.1.SubnetId': 'subnet-1',
        'NetworkInterface.1.SecurityGroupId.1': expectAny('sg'),
        SubnetId: undefined,
      },
    ],
  },
  {
    shows: 'security_group_id',
    set: { security_group_id: 'sg-a' },
    effect: ['RunInstances', { 'SecurityGroupId.1': 'sg-a' }],
  },
  {
    shows: 'security_group_ids',
    set: { security_group_ids: ['sg-a', 'sg-b'] },
    effect: ['RunInstances', { 'SecurityGroupId.2': 'sg-b' }],
  },
  {
    shows: 'security_group_filter.filters',
    set: { security_group_filter: { filters: { 'tag:Class': 'build' } } },
    effect: ['RunInstances', { 'SecurityGroupId.1': 'sg-found' }],
  },
  {
    shows: ['security_group_filter.filter.name', 'security_group_filter.filter.value'],
    set: { security_group_filter: { filter: [{ name: 'tag:Class', value: 'build' }] } },
    effect: ['RunInstances', { 'SecurityGroupId.1': 'sg-found' }],
  },
  {
    shows: 'temporary_security_group_source_cidrs',
    set: { temporary_security_group_source_cidrs: ['203.0.113.0/24', '2001:db8::/32'] },
    effect: [
      'AuthorizeSecurityGroupIngress',
      {
        'IpPermissions.1.IpRanges.1.CidrIp': '203.0.113.0/24',
        'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': '2001:db8::/32',
        'IpPermissions.1.FromPort': '22',
        'IpPermissions.1.ToPort': '22',
      },
    ],
  },
  {
    shows: 'temporary_security_group_source_public_ip',
    set: { temporary_security_group_source_public_ip: true },
    env: () => ({ BAKE_PUBLIC_IP_URL: `${vault.address}/ip` }),
    effect: [
      'AuthorizeSecurityGroupIngress',
      { 'IpPermissions.1.IpRanges.1.CidrIp': '203.0.113.9/32' },
    ],
  },
  {
    shows: ['ssh_interface', 'session_manager_port', 'pause_before_ssm'],
    set: {
      ssh_interface: 'session_manager',
      // Below those that the system gives out itself.
      session_manager_port: 21_722,
      pause_before_ssm: 20,
      iam_instance_profile: 'ssm',
      skip_profile_validation: true,
    },
    env: () => ({ PATH: `${sessionProgram()}:${process.env['PATH']}` }),
    effect: (seen) => {
      expectCall(seen, 'StartSession', {
        Target: expectAny('i'),
        DocumentName: 'AWS-StartPortForwardingSession',
        'Parameters.portNumber.1': '22',
        'Parameters.localPortNumber.1': '21722',
      });
      expect(seen.target).toMatchObject({ host: 'localhost', port: 21_722 });
      expect(seen.server.of('AuthorizeSecurityGroupIngress')).toEqual([]);
      expectCall(seen, 'TerminateSession', { SessionId: 's-1' });
      expect(seen.test.secrets).toContain('session-token');
    },
  },
  {
    shows: 'ssh_interface',
    set: {
      ssh_interface: 'session_manager',
      iam_instance_profile: 'ssm',
      skip_profile_validation: true,
    },
    env: () => ({ PATH: `${sessionProgram('1.2.463.0')}:${process.env['PATH']}` }),
    fails: /^session-manager-plugin cannot be used: 1\.2\.463\.0 is too old$/,
    effect: ({ server }) => expect(server.of('StartSession')).toEqual([]),
  },
  ...Object.entries({
    public_ip: '198.51.100.7',
    private_ip: '10.0.0.7',
    public_dns: 'public.example',
    private_dns: 'private.example',
    ipv6: '2001:db8::7',
  }).map(
    ([kind, host]): Row => ({
      shows: 'ssh_interface',
      set: { ssh_interface: kind },
      effect: ({ target }) => expect(target?.host).toBe(host),
    }),
  ),
  {
    shows: 'ssh_interface',
    set: { ssh_interface: 'ipv6' },
    effect: ['AuthorizeSecurityGroupIngress', { 'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': '::/0' }],
  },
];
