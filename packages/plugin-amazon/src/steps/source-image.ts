import type { Image } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { toFilters } from '../aws/filters.ts';
import { findImages } from '../aws/remove-image.ts';
import type { EbsConfig } from '../ebs/component.ts';
import * as messages from '../messages.ts';

/** Where and by what to find it. */
export interface SourceWish {
  readonly ec2: Ec2;
  readonly config: EbsConfig;
}

/** Finds the one image to start from. */
export const sourceImage = defineStep<SourceWish, Image>({
  name: 'source-image',
  async run({ ec2, config }, { ui, signal }) {
    const images = await findImages(ec2, searchFor(config), signal);
    const image = chosen(images, config);
    const id = image.ImageId ?? '';
    if ((config.ena_support || config.sriov_support) && image.VirtualizationType !== 'hvm') {
      throw messages.unfitSource(id, 'only images of the kind hvm have enhanced networking');
    }
    if (image.RootDeviceType !== 'ebs') {
      throw messages.unfitSource(
        id,
        `its root device is of the kind ${image.RootDeviceType}, not ebs`,
      );
    }
    ui.say(`Found image ${id} (${image.Name})`);
    return image;
  },
});

function searchFor(config: EbsConfig) {
  const { source_ami: id, source_ami_filter: filter, ami_virtualization_type: kind } = config;
  const Filters = toFilters({
    ...(id ? {} : filter?.filters),
    ...(kind ? { 'virtualization-type': kind } : {}),
  });
  return {
    ...(id ? { ImageIds: [id] } : {}),
    ...(!id && filter?.owners?.length ? { Owners: [...filter.owners] } : {}),
    ...(Filters.length > 0 ? { Filters } : {}),
    ...(filter?.include_deprecated ? { IncludeDeprecated: true } : {}),
  };
}

/** The newest, if the template takes any number of them. */
function chosen(images: readonly Image[], config: EbsConfig): Image {
  const { source_ami: id, source_ami_filter: filter } = config;
  const [image, ...others] = images.toSorted((a, b) =>
    (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''),
  );
  if (image === undefined) {
    const advised = id
      ? `There is no "${id}" that this account may use in the region.`
      : 'Check "filters" and "owners" of "source_ami_filter"; images are in one region only, and old ones may be deprecated ("include_deprecated").';
    throw messages.wrongNumber('source image', 0, advised);
  }
  if (others.length > 0 && !filter?.most_recent) {
    throw messages.wrongNumber(
      'source image',
      images.length,
      'Make "filters" of "source_ami_filter" narrower, or set "most_recent = true".',
    );
  }
  return image;
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
