import { blocks, type ConfigSchema, string, stringMap } from '@bake/plugin-sdk';
import { generatedNames } from '../generated-names.ts';

/** For texts that are rendered when the source image is known. */
export const rendered = {
  templating: 'component',
  fields: [...generatedNames, 'SourceAMITags'],
} as const;

/** Tags of one kind, as a map. Keys and values may hold `{{ .SourceAMI }}` and so on. */
export const tagMap = (doc: string) => stringMap(doc, rendered);

/** The same as repeatable blocks, so that `dynamic` can make them. */
export const tagBlocks = (map: string) =>
  blocks(`One of \`${map}\`.`, {
    key: string('Key of the tag.', { required: true, ...rendered }),
    value: string('Value of the tag.', { required: true, ...rendered }),
  });

/** Tags as AWS takes them, in the order of their keys. */
export type Tags = Readonly<Record<string, string>>;

/** The map and the blocks of a template in one; a key may stand in both, the block counts. */
export function joined(
  map: Tags | undefined,
  pairs: readonly { readonly key: string; readonly value: string }[],
): Tags {
  return { ...map, ...Object.fromEntries(pairs.map(({ key, value }) => [key, value])) };
}

/** Tags of the volumes of an instance, in builders of images. */
export const volumeTagOptions = {
  run_volume_tags: tagMap('Tags of the volumes of the instance.'),
  run_volume_tag: blocks('One of `run_volume_tags`.', {
    name: string('Key of the tag.', { required: true, ...rendered }),
    value: string('Value of the tag.', { required: true, ...rendered }),
  }),
} satisfies ConfigSchema;

/** Blocks with names as those with keys. */
export function volumePairs(
  pairs: readonly { readonly name: string; readonly value: string }[],
): readonly { readonly key: string; readonly value: string }[] {
  return pairs.map(({ name: key, value }) => ({ key, value }));
}
