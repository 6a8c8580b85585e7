import { definePostProcessor, type Infer, string } from '@bake/plugin-sdk';
import { programOptions } from '../options.ts';

const config = {
  ...programOptions,
  path: string('File to write, as `docker load` reads it.', { required: true }),
} as const;

/** A decoded config of the post-processor. */
export type SaveConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'docker-save',
  doc: 'Writes a Docker image with all its layers into a file.',
  config,
  async process(given, input, context) {
    const { saveImage } = await import('./save-image.ts');
    await saveImage(given, input, context);
    return { artifact: input, keepInput: true };
  },
});
