import type { Complain } from '@bake/plugin-sdk';
import { templateFunctions } from '../template-functions.ts';
import type { Tags } from './tags.ts';

/** The options that hold tags: a map, and blocks whose name is that of the map without its last letter. */
const tagMaps = [
  'tags',
  'snapshot_tags',
  'run_tags',
  'run_volume_tags',
  'root_volume_tags',
  'spot_tags',
  'fleet_tags',
] as const;

/** The keys and values of all tags in a configuration by where they stand, for `checkTagTemplates`. */
export function tagTexts(config: object, prefix = ''): Readonly<Record<string, readonly string[]>> {
  const options = config as Readonly<Record<string, Tags | readonly Tags[] | undefined>>;
  return Object.fromEntries(
    tagMaps.flatMap((map) => {
      const block = map.slice(0, -1);
      const pairs = Object.entries((options[map] ?? {}) as Tags).flat();
      const blocks = ((options[block] ?? []) as readonly Tags[]).flatMap((one, index) =>
        Object.entries(one).map(([part, text]): [string, readonly string[]] => [
          `${prefix}${block}.${index}.${part}`,
          [text],
        ]),
      );
      return [[`${prefix}${map}`, pairs] as [string, readonly string[]], ...blocks];
    }),
  );
}

/** Finds mistakes in texts that are rendered when the source image is known. */
export async function checkTagTemplates(
  texts: Readonly<Record<string, readonly string[]>>,
  complain: Complain,
): Promise<void> {
  for (const [option, values] of Object.entries(texts)) {
    for (const value of values.filter((text) => text.includes('{{'))) {
      const { checkBuildTemplate, TemplateFailure } = await import('@bake/plugin-sdk/go-template');
      try {
        checkBuildTemplate(value, templateFunctions);
      } catch (error) {
        if (!(error instanceof TemplateFailure)) throw error;
        const { message: summary, detail } = error;
        complain(option, { summary, ...(detail === undefined ? {} : { detail }) });
      }
    }
  }
}
