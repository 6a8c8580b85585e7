import { definePostProcessor, type Infer, string, strings } from '@bake/plugin-sdk';
import { programOptions } from '../options.ts';

const config = {
  ...programOptions,
  repository: string('Name of the image.', { required: true }),
  tag: string('Tag of the image; `latest` without.'),
  changes: strings('Dockerfile instructions for the image.', {
    example: '["CMD [\\"/bin/sh\\"]"]',
  }),
  platform: string('Platform that the content is for.', { example: '"linux/arm64"' }),
} as const;

/** A decoded config of the post-processor. */
export type ImportConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'docker-import',
  doc: 'Makes a Docker image of one layer of an exported file.',
  config,
  async process(given, input, context) {
    const { importImage } = await import('./import-image.ts');
    return { artifact: await importImage(given, input, context), keepInput: false };
  },
});
