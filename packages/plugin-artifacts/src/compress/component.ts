import { definePostProcessor, type Infer, number, string } from '@bake/plugin-sdk';
import { checkCompress } from './check.ts';

const config = {
  output: string(
    'File to make: a Go template with `.BuildName` and `.BuilderType`. Its extension says how.',
    {
      default: 'packer_{{.BuildName}}_{{.BuilderType}}',
      templating: 'component',
      fields: ['BuildName', 'BuilderType'],
      example: '"out.tar.gz"',
    },
  ),
  format: string('Extension to go by when the one of `output` says something else: `tar.gz`.'),
  compression_level: number('From 1, fast, to 9, small; 0 and -1 leave it to the algorithm.'),
  archive: string('Archive to make when no extension says so.', { oneOf: ['tar', 'zip'] }),
  algorithm: string('Compression to use when no extension says so.', {
    oneOf: ['pgzip', 'lz4', 'bgzf', 'xz', 'bzip2'],
  }),
} as const;

/** A decoded config of the post-processor. */
export type CompressConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'compress',
  doc: "Packs the artifact's files into one compressed file or archive.",
  config,
  check: checkCompress,
  async process(compress, input, context) {
    const { pack } = await import('./pack.ts');
    return pack(compress, input, context);
  },
});
