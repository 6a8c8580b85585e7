import type { DescribeImagesCommandInput, Image } from '@aws-sdk/client-ec2';
import * as messages from '../messages.ts';
import type { ImageFilter } from '../options/run.ts';
import { toFilters } from './filters.ts';

/** The question for images that are like that. */
export function imageSearch(
  filter: Partial<ImageFilter> | undefined,
  more: Readonly<Record<string, string>> = {},
): DescribeImagesCommandInput {
  const Filters = toFilters({ ...filter?.filters, ...more });
  return {
    ...(filter?.owners?.length ? { Owners: [...filter.owners] } : {}),
    ...(Filters.length > 0 ? { Filters } : {}),
    ...(filter?.include_deprecated ? { IncludeDeprecated: true } : {}),
  };
}

/** The only image, or the newest if any number will do. `id` is what was asked for by ID. Throws a `Failure`. */
export function newest(
  images: readonly Image[],
  filter: Partial<ImageFilter> | undefined,
  id?: string,
): Image {
  const [image, ...others] = images.toSorted((a, b) =>
    (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''),
  );
  if (image === undefined) {
    const advised = id
      ? `There is no "${id}" that this account may use in the region.`
      : 'Check "filters" and "owners"; images are in one region only, and old ones may be deprecated ("include_deprecated").';
    throw messages.wrongNumber('image', 0, advised);
  }
  if (others.length > 0 && !filter?.most_recent) {
    const advised = 'Make "filters" narrower, or set "most_recent = true".';
    throw messages.wrongNumber('image', images.length, advised);
  }
  return image;
}
