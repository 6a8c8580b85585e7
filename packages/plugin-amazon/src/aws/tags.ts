import type { ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import type { BuildContext } from '@bake/plugin-sdk';
import { joined, type Tags } from '../options/tags.ts';
import { render } from '../render.ts';

type Pairs = Parameters<typeof joined>[1];

/** Renders tags of a template with what is known of the source image. */
export function renderTags(
  map: Tags | undefined,
  pairs: Pairs,
  facts: Readonly<Record<string, unknown>>,
  context: Pick<BuildContext, 'build' | 'data'>,
): Tag[] {
  return Object.entries(joined(map, pairs)).map(([Key, value]) => ({
    Key,
    Value: render(value, context, facts),
  }));
}

/** Has AWS put tags on what a call makes. AWS takes no empty lists of tags. */
export function tagged(
  tags: Tag[],
  ...types: readonly ResourceType[]
): { readonly TagSpecifications?: TagSpecification[] } {
  if (tags.length === 0) return {};
  return { TagSpecifications: types.map((ResourceType) => ({ ResourceType, Tags: tags })) };
}
