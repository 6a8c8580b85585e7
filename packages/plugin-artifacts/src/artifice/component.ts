import { definePostProcessor, strings } from '@bake/plugin-sdk';

export default definePostProcessor({
  name: 'artifice',
  doc: 'Replaces the artifact by files that provisioners or other tools have made.',
  config: {
    files: strings('Paths and patterns (`*`, `?`, `[a-z]`) of the files that are the artifact.', {
      required: true,
      example: '["out/disk.img", "out/*.sum"]',
    }),
  },
  check({ files }, complain) {
    if (files.length === 0) {
      complain('files', {
        summary: 'No files specified in artifice configuration',
        detail: 'Set "files" to the paths of the files that are to be the artifact from here on.',
      });
    }
  },
  async process({ files: patterns }, input, { ui }) {
    const { expandPatterns } = await import('./expand-patterns.ts');
    const { fileArtifact } = await import('../file-artifact.ts');
    if (input.files.length > 0) {
      ui.say(`Discarding files from artifact: ${input.files.join(', ')}`);
    }
    const files = await expandPatterns(patterns);
    ui.say(`Using these artifact files: ${files.join(', ')}`);
    const description = `Created artifact from files: ${files.join(', ')}`;
    const artifact = fileArtifact('packer.post-processor.artifice', files, description);
    return { artifact, keepInput: true };
  },
});
