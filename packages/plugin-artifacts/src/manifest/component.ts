import { bool, definePostProcessor, type Infer, string, stringMap } from '@bake/plugin-sdk';

const config = {
  output: string('File that the list of all builds is kept in.', {
    default: 'packer-manifest.json',
  }),
  strip_path: bool('Name files without their folders.', { default: false }),
  strip_time: bool('Leave the time out, so that the same build gives the same file.', {
    default: false,
  }),
  custom_data: stringMap('Further facts to note, Go templates with the values of the build.', {
    example: '{ commit = var.commit }',
  }),
} as const;

/** A decoded config of the post-processor. */
export type ManifestConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'manifest',
  doc: 'Adds the artifact to a JSON file that lists everything that was built.',
  config,
  async process(manifest, input, context) {
    const { addToManifest } = await import('./add-to-manifest.ts');
    await addToManifest(manifest, input, context);
    return { artifact: input, keepInput: true, mustKeepInput: true };
  },
});
