import { bool, definePostProcessor, type Infer, string, strings } from '@bake/plugin-sdk';
import { programOptions } from '../options.ts';

const config = {
  ...programOptions,
  repository: string('Name of the image, with the registry that it is for.', {
    example: '"registry.example:5000/web"',
  }),
  tags: strings('Tags to give; `latest` without.'),
  tag: strings('Old name of `tags`; both count.', { deprecated: 'Use "tags" instead.' }),
  force: bool('Replace a tag that is there. Engines since 2016 do that in any case.', {
    default: false,
  }),
} as const;

/** A decoded config of the post-processor. */
export type TagConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'docker-tag',
  doc: 'Gives a Docker image names.',
  config,
  check({ repository }, complain) {
    if (repository) return;
    complain(undefined, {
      summary: 'repository must be specified',
      detail: 'Set "repository" to the name that the image is to get.',
    });
  },
  async process(given, input, context) {
    const { tagImage } = await import('./tag-image.ts');
    // A tag on an image that is gone would be of no use.
    return {
      artifact: await tagImage(given, input, context),
      keepInput: true,
      mustKeepInput: true,
    };
  },
});
