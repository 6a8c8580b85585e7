import { definePostProcessor, type Infer, string } from '@bake/plugin-sdk';
import { checkLogin, loginOptions, programOptions } from '../options.ts';

const config = {
  ...programOptions,
  ...loginOptions,
  platform: string('Push the image of this platform alone.', { example: '"linux/arm64"' }),
} as const;

/** A decoded config of the post-processor. */
export type PushConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'docker-push',
  doc: 'Pushes a Docker image to the registry that its names say.',
  config,
  check: (given, complain) => checkLogin(given, complain),
  async process(given, input, context) {
    const { pushImage } = await import('./push-image.ts');
    return { artifact: await pushImage(given, input, context), keepInput: true };
  },
});
