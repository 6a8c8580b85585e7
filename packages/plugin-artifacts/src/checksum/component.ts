import {
  checkTemplateOption,
  definePostProcessor,
  type Infer,
  string,
  strings,
} from '@bake/plugin-sdk';

/** The kinds of checksums that there are. */
const kinds = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

const config = {
  checksum_types: strings(`Kinds of checksums to make: ${kinds.join(', ')}.`, {
    default: ['md5'],
  }),
  output: string(
    'File that lines are added to: a Go template with `.BuildName`, `.BuilderType` and `.ChecksumType`.',
    {
      default: 'packer_{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}.checksum',
      templating: 'component',
      fields: ['BuildName', 'BuilderType', 'ChecksumType'],
    },
  ),
} as const;

/** A decoded config of the post-processor. */
export type ChecksumConfig = Infer<typeof config>;

export default definePostProcessor({
  name: 'checksum',
  doc: "Writes checksums of the artifact's files into files beside them.",
  config,
  async check(checksum, complain) {
    for (const kind of checksum.checksum_types) {
      if (!kinds.includes(kind)) {
        complain('checksum_types', {
          summary: `Unrecognized checksum type: ${kind}`,
          detail: `Use one or more of ${kinds.join(', ')}.`,
        });
      }
    }
    await checkTemplateOption('output', checksum.output, complain);
  },
  async process(checksum, input, context) {
    const { writeChecksums } = await import('./write-checksums.ts');
    return writeChecksums(checksum, input, context);
  },
});
