import type { DataContext } from '@bake/plugin-sdk';
import { openCloud } from '../aws/cloud.ts';
import { imageSearch, newest } from '../aws/image-search.ts';
import { findImages } from '../aws/remove-image.ts';
import type { AmiQuery } from './ami.ts';

/** Finds the image. */
export async function readAmi(query: AmiQuery, { signal }: DataContext) {
  const cloud = await openCloud(query, { signal });
  try {
    const image = newest(await findImages(cloud.ec2(), imageSearch(query), signal), query);
    const tags = (image.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
    return {
      id: image.ImageId ?? '',
      name: image.Name ?? '',
      creation_date: image.CreationDate ?? '',
      owner: image.OwnerId ?? '',
      owner_name: image.ImageOwnerAlias ?? '',
      tags: Object.fromEntries(tags),
    };
  } finally {
    cloud.close();
  }
}
