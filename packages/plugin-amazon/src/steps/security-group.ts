import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { filterMap, hasFilters, toFilters } from '../aws/filters.ts';
import { make } from '../aws/make.ts';
import { isRefusal } from '../aws/refusal.ts';
import { tagged } from '../aws/tags.ts';
import { type Pace, settled } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import { portOf, type RunConfig, usesSession } from '../options/run.ts';

/** Which groups the template wants. */
export interface SecurityGroupWish {
  readonly ec2: Ec2;
  readonly config: RunConfig;
  readonly vpc: string | undefined;
  readonly tags: Tag[];
  readonly pace: Pace;
}

/** Finds the security groups of the instance, or makes a temporary one. Gives their IDs. */
export const securityGroups = defineStep<SecurityGroupWish, string[]>({
  name: 'security-groups',
  async run(wish, context) {
    const { config, ec2, vpc } = wish;
    const { signal, ui } = context;
    const named = config.security_group_id
      ? [config.security_group_id]
      : [...(config.security_group_ids ?? [])];
    if (named.length > 0) {
      await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: named }), signal);
      return named;
    }
    const { security_group_filter: filter } = config;
    if (!hasFilters(filter)) return [await temporaryGroup(wish, context)];
    const Filters = toFilters({ 'vpc-id': vpc, ...filterMap(filter) });
    const list = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }), signal);
    const ids = list.SecurityGroups?.map(({ GroupId = '' }) => GroupId) ?? [];
    if (ids.length === 0) {
      throw messages.wrongNumber('security group', 0, 'Change "security_group_filter".');
    }
    ui.say(`Found security groups ${ids.join(', ')}`);
    return ids;
  },
});

async function temporaryGroup(wish: SecurityGroupWish, context: BuildContext): Promise<string> {
  const { ec2, vpc, tags, pace } = wish;
  const { signal, ui } = context;
  const name = `bake_${randomUUID()}`;
  ui.say(`Creating the temporary security group ${name}`);
  const command = new CreateSecurityGroupCommand({
    GroupName: name,
    Description: 'Temporary group of a build',
    VpcId: vpc,
    ...tagged(tags, 'security-group'),
  });
  const create = async (late: AbortSignal): Promise<string> => {
    try {
      return (await ec2.send(command, late)).GroupId ?? '';
    } catch (error) {
      // An answer was lost.
      if (!isRefusal(error, /^InvalidGroup\.Duplicate$/)) throw error;
      return groupNamed(ec2, name, late);
    }
  };
  const traces = { name };
  const label = `security group ${name}`;
  const { id } = await make(
    ec2,
    { kind: 'security-group', label, traces, pace, make: create },
    context,
  );
  await letIn(wish, id, context);
  signal.throwIfAborted();
  return id;
}

async function groupNamed(ec2: Ec2, name: string, signal: AbortSignal): Promise<string> {
  const Filters = toFilters({ 'group-name': name });
  const list = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }), signal);
  return list.SecurityGroups?.[0]?.GroupId ?? '';
}

async function letIn(wish: SecurityGroupWish, group: string, context: BuildContext): Promise<void> {
  const { ec2, config, pace } = wish;
  const { signal, ui } = context;
  // Sessions come in by Systems Manager, not through a port.
  const port = usesSession(config) ? undefined : portOf(config);
  if (port === undefined) return;
  const cidrs = await sourcesOf(config, signal);
  ui.say(`Letting ${cidrs.join(', ')} connect to port ${port}`);
  const CidrIps = cidrs.filter((cidr) => !isV6(cidr));
  const CidrIpv6s = cidrs.filter(isV6);
  const command = new AuthorizeSecurityGroupIngressCommand({
    GroupId: group,
    IpPermissions: [
      {
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        ...(CidrIps.length > 0 ? { IpRanges: CidrIps.map((CidrIp) => ({ CidrIp })) } : {}),
        ...(CidrIpv6s.length > 0
          ? { Ipv6Ranges: CidrIpv6s.map((CidrIpv6) => ({ CidrIpv6 })) }
          : {}),
      },
    ],
  });
  const isNotYet = (error: unknown): boolean => isRefusal(error, /^InvalidGroup\.NotFound$/);
  await settled(isNotYet, pace, signal, async () => {
    await ec2.send(command, signal).catch((error: unknown) => {
      // An answer was lost.
      if (!isRefusal(error, /^InvalidPermission\.Duplicate$/)) throw error;
    });
  });
}

async function sourcesOf(config: RunConfig, signal: AbortSignal): Promise<readonly string[]> {
  const { temporary_security_group_source_cidrs: cidrs = [] } = config;
  if (config.temporary_security_group_source_public_ip) {
    const { publicCidr } = await import('./public-address.ts');
    return [...cidrs, await publicCidr(signal)];
  }
  if (cidrs.length > 0) return cidrs;
  return [config.ssh_interface === 'ipv6' ? '::/0' : '0.0.0.0/0'];
}

function isV6(cidr: string): boolean {
  return isIPv6(cidr.split('/')[0] ?? '');
}
