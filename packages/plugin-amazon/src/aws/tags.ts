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
  const rendered = (text: string): string => render(text, context, facts);
  // Keys that differ in the template may be the same afterwards; AWS takes none twice.
  const tags = new Map(
    Object.entries(joined(map, pairs)).map(([key, value]) => [rendered(key), rendered(value)]),
  );
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** Has AWS put tags on what a call makes. AWS takes no empty lists of tags. */
export function tagged(
  tags: Tag[],
  ...types: readonly ResourceType[]
): { readonly TagSpecifications?: TagSpecification[] } {
  if (tags.length === 0) return {};
  return { TagSpecifications: types.map((ResourceType) => ({ ResourceType, Tags: tags })) };
}
