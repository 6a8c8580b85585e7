import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { filterMap, hasFilters, toFilters } from '../aws/filters.ts';
import * as messages from '../messages.ts';
import type { RunConfig } from '../options/run.ts';

/** Where to look, and by what. */
export interface NetworkWish {
  readonly ec2: Ec2;
  readonly config: RunConfig;
}

/** Where the instance is to run; what is not known is left to AWS. */
export interface Network {
  readonly vpc: string | undefined;
  readonly subnet: string | undefined;
  readonly zone: string | undefined;
}

/** Finds VPC, subnet and availability zone by what the template says. */
export const findNetwork = defineStep<NetworkWish, Network>({
  name: 'network',
  async run({ ec2, config }, context) {
    const vpc = config.vpc_id || (await filteredVpc(ec2, config, context));
    const zone = config.availability_zone || undefined;
    const found = config.subnet_id
      ? await subnetOf(ec2, config.subnet_id, context.signal)
      : ((await filteredSubnet(ec2, config, { vpc, zone }, context)) ??
        (await subnetForAddress(ec2, config, { vpc, zone }, context)));
    return {
      vpc: vpc ?? found?.VpcId,
      subnet: found?.SubnetId,
      zone: zone ?? found?.AvailabilityZone,
    };
  },
});

async function filteredVpc(
  ec2: Ec2,
  { vpc_filter: filter }: RunConfig,
  { ui, signal }: BuildContext,
): Promise<string | undefined> {
  if (!hasFilters(filter)) return undefined;
  const Filters = toFilters({ state: 'available', ...filterMap(filter) });
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters }), signal);
  if (Vpcs.length !== 1) {
    throw messages.wrongNumber('VPC', Vpcs.length, 'Exactly one must match "vpc_filter".');
  }
  ui.say(`Found VPC ${Vpcs[0]?.VpcId}`);
  return Vpcs[0]?.VpcId;
}

async function subnetOf(ec2: Ec2, id: string, signal: AbortSignal): Promise<Subnet> {
  const command = new DescribeSubnetsCommand({ SubnetIds: [id] });
  const { Subnets = [] } = await ec2.send(command, signal);
  return Subnets[0] ?? { SubnetId: id };
}

type Place = Pick<Network, 'vpc' | 'zone'>;

async function filteredSubnet(
  ec2: Ec2,
  { subnet_filter: filter }: RunConfig,
  { vpc, zone }: Place,
  { ui, signal }: BuildContext,
): Promise<Subnet | undefined> {
  if (!hasFilters(filter)) return undefined;
  const Filters = toFilters({
    state: 'available',
    'vpc-id': vpc,
    'availability-zone': zone,
    ...filterMap(filter),
  });
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }), signal);
  const isChoosy = !filter.most_free && !filter.random;
  if (Subnets.length === 0 || (Subnets.length > 1 && isChoosy)) {
    throw messages.wrongNumber(
      'subnet',
      Subnets.length,
      'Change "subnet_filter", or set "most_free" or "random" to take one of several.',
    );
  }
  const index = filter.random && !filter.most_free ? Math.floor(Math.random() * Subnets.length) : 0;
  const subnet = Subnets.toSorted(byFreeAddresses)[index];
  ui.say(`Found subnet ${subnet?.SubnetId}`);
  return subnet;
}

function byFreeAddresses(a: Subnet, b: Subnet): number {
  return (b.AvailableIpAddressCount ?? 0) - (a.AvailableIpAddressCount ?? 0);
}

/**
 * AWS lets one say whether there is to be a public address only together with a subnet: the freest one of the VPC where
 * there are instances of the type.
 */
async function subnetForAddress(
  ec2: Ec2,
  config: RunConfig,
  { vpc, zone }: Place,
  { ui, signal }: BuildContext,
): Promise<Subnet | undefined> {
  if (config.associate_public_ip_address === undefined) return undefined;
  const home = vpc ?? (await defaultVpc(ec2, signal));
  const Filters = toFilters({ 'vpc-id': home, state: 'available', 'availability-zone': zone });
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }), signal);
  const zones = await zonesWith(ec2, config.instance_type ?? '', signal);
  const subnet = Subnets.filter(({ AvailabilityZone = '' }) => zones?.has(AvailabilityZone) ?? true)
    .toSorted(byFreeAddresses)
    .at(0);
  if (subnet === undefined) throw messages.noSubnet(home);
  ui.say(`Taking subnet ${subnet.SubnetId}, so that the public address can be chosen`);
  return subnet;
}

async function defaultVpc(ec2: Ec2, signal: AbortSignal): Promise<string> {
  const command = new DescribeVpcsCommand({ Filters: toFilters({ 'is-default': 'true' }) });
  const { Vpcs = [] } = await ec2.send(command, signal);
  const advised = 'Set "subnet_id" or "subnet_filter", or leave out "associate_public_ip_address".';
  if (Vpcs[0]?.VpcId === undefined) throw messages.wrongNumber('default VPC', 0, advised);
  return Vpcs[0].VpcId;
}

/** Not everybody may ask this; then any zone will do. */
async function zonesWith(
  ec2: Ec2,
  type: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const command = new DescribeInstanceTypeOfferingsCommand({
    LocationType: 'availability-zone',
    Filters: toFilters({ 'instance-type': type }),
  });
  const answer = await ec2.send(command, signal).catch(() => undefined);
  const zones = answer?.InstanceTypeOfferings?.map(({ Location = '' }) => Location) ?? [];
  signal.throwIfAborted();
  return zones.length === 0 ? undefined : new Set(zones);
}
