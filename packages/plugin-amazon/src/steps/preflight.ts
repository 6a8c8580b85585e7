import { DescribeRegionsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import { hasFilters, toFilters } from '../aws/filters.ts';
import { findImages } from '../aws/remove-image.ts';
import * as messages from '../messages.ts';
import type { AmiConfig } from '../options/ami.ts';
import type { RunConfig } from '../options/run.ts';

/** The options that have a say in it. */
export type PreflightConfig = AmiConfig &
  Partial<Pick<RunConfig, 'vpc_id' | 'subnet_id' | 'subnet_filter'>> & {
    readonly skip_create_ami?: boolean;
  };

/** What to look at before anything is made. */
export interface PreflightWish {
  readonly cloud: Cloud;
  readonly config: PreflightConfig;
}

/** Finds what would fail the build at its end: unknown regions, a VPC without a subnet, a name that is in use. */
export const preflight = defineStep<PreflightWish, void>({
  name: 'preflight',
  async run({ cloud, config }, context) {
    const { ui, signal } = context;
    const regions = targetRegions(config, cloud.region);
    if (!config.skip_region_validation) {
      await assertRegions(cloud, new Set([cloud.region, ...regions]), signal);
    }
    await assertSubnet(cloud, config, signal);
    if (config.skip_create_ami) return;
    if (replacesImages(config, context)) {
      ui.say(`Images called ${config.ami_name} will be replaced`);
      return;
    }
    ui.say(`Checking that no image is called ${config.ami_name}`);
    await Promise.all(
      regions.map(async (region) => {
        const which = { Owners: ['self'], Filters: toFilters({ name: config.ami_name }) };
        const [image] = await findImages(cloud.ec2(region), which, signal);
        if (image !== undefined) {
          throw messages.nameTaken(config.ami_name, image.ImageId ?? '', region);
        }
      }),
    );
  },
});

/** The regions that the image is in when all is done. */
export function targetRegions(config: AmiConfig, region: string): readonly string[] {
  const own = config.skip_save_build_region ? [] : [region];
  const copies = (config.ami_regions ?? []).filter((one) => one !== region);
  return [...new Set([...own, ...copies])];
}

/** Whether images of the same name go away. */
export function replacesImages(config: AmiConfig, { build }: Pick<BuildContext, 'build'>): boolean {
  return config.force_deregister || build.force;
}

async function assertRegions(
  cloud: Cloud,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const { Regions = [] } = await cloud.ec2().send(new DescribeRegionsCommand({}), signal);
  const known = Regions.map(({ RegionName = '' }) => RegionName);
  const unknown = [...wanted].filter((one) => !known.includes(one));
  if (unknown.length > 0) throw messages.unknownRegions(unknown, known.toSorted());
}

async function assertSubnet(
  cloud: Cloud,
  config: PreflightConfig,
  signal: AbortSignal,
): Promise<void> {
  const { vpc_id: vpc, subnet_id: subnet } = config;
  if (!vpc || subnet || hasFilters(config.subnet_filter)) return;
  const { Vpcs = [] } = await cloud.ec2().send(new DescribeVpcsCommand({ VpcIds: [vpc] }), signal);
  if (Vpcs[0]?.IsDefault === false) throw messages.noSubnet(vpc);
}
