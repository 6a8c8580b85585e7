import type { DescribeImagesCommandInput, Image } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { toFilters } from '../aws/filters.ts';
import { resolveAlias } from '../aws/image-alias.ts';
import { imageSearch, newest } from '../aws/image-search.ts';
import { findImages } from '../aws/remove-image.ts';
import * as messages from '../messages.ts';
import type { AmiConfig } from '../options/ami.ts';
import type { RunConfig } from '../options/run.ts';

/** Where and by what to find it. */
export interface SourceWish {
  readonly ec2: Ec2;
  readonly config: SourceConfig;
  /** It may start from an instance store. */
  readonly anyRoot?: boolean;
}

/** The options that have a say in it. */
type SourceConfig = Pick<RunConfig, 'source_ami' | 'source_ami_filter'> &
  Partial<Pick<AmiConfig, 'ami_virtualization_type' | 'ena_support' | 'sriov_support'>>;

/** Finds the one image to start from. */
export const sourceImage = defineStep<SourceWish, Image>({
  name: 'source-image',
  async run({ ec2, config, anyRoot }, { ui, signal }) {
    const named = await resolveAlias(ec2, config.source_ami ?? '', signal);
    const images = await findImages(ec2, searchFor(config, named), signal);
    const image = newest(images, config.source_ami_filter, named);
    const id = image.ImageId ?? '';
    if ((config.ena_support || config.sriov_support) && image.VirtualizationType !== 'hvm') {
      throw messages.unfitSource(id, 'only images of the kind hvm have enhanced networking');
    }
    if (!anyRoot && image.RootDeviceType !== 'ebs') {
      throw messages.unfitSource(
        id,
        `its root device is of the kind ${image.RootDeviceType}, not ebs`,
      );
    }
    ui.say(`Found image ${id} (${image.Name})`);
    return image;
  },
});

function searchFor(config: SourceConfig, id: string): DescribeImagesCommandInput {
  const { source_ami_filter: filter, ami_virtualization_type: kind } = config;
  const more: Readonly<Record<string, string>> = kind ? { 'virtualization-type': kind } : {};
  if (!id) return imageSearch(filter, more);
  const Filters = toFilters(more);
  return { ImageIds: [id], ...(Filters.length > 0 ? { Filters } : {}) };
}

/** What templates see of the source image: as `build.NAME`, and in tags as `{{ .NAME }}`. */
export function sourceFacts(image: Image, region: string) {
  return {
    BuildRegion: region,
    SourceAMI: image.ImageId ?? '',
    SourceAMICreationDate: image.CreationDate ?? '',
    SourceAMIName: image.Name ?? '',
    SourceAMIOwner: image.OwnerId ?? '',
    SourceAMIOwnerName: image.ImageOwnerAlias ?? '',
  };
}

/** The same with the tags of the image, which only tags can use. */
export function tagFacts(image: Image, region: string): Readonly<Record<string, unknown>> {
  const tags = (image.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return { ...sourceFacts(image, region), SourceAMITags: Object.fromEntries(tags) };
}
