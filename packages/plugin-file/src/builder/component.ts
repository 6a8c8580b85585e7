import { access } from 'node:fs/promises';
import { defineBuilder, type Infer, string, systemReason } from '@bake/plugin-sdk';

const config = {
  target: string('Path of the file to make.', { required: true, example: '"out/motd.txt"' }),
  source: string('File to copy.'),
  content: string('What to write into the file.'),
} as const;

/** A decoded config of the builder. */
export type FileConfig = Infer<typeof config>;

export default defineBuilder({
  name: 'file',
  doc: 'Makes a local file, copied or from text: for trying out post-processors.',
  config,
  async check(file, complain) {
    if (!file.target) {
      complain('target', {
        summary: 'target required',
        detail: 'Set "target" to the path of the file that the build is to make.',
      });
    }
    if (file.source && file.content) {
      complain('content', {
        summary: 'Cannot specify source file AND content',
        detail: 'Remove "source" or "content": the file is made of one of them.',
      });
    }
    if (!file.source && !file.content) {
      complain(undefined, {
        severity: 'warning',
        summary: 'Both source file and contents are blank; target will have no content',
        detail:
          'Set "source" to a file or "content" to a text, unless an empty file is what you want.',
      });
    }
    if (file.source) {
      await access(file.source).catch((error: unknown) =>
        complain('source', {
          severity: 'warning',
          summary: `Bad source '${file.source}': ${systemReason(error)}`,
          detail:
            'The file has to be there when the build runs. The path is relative to the folder in which bake is started.',
        }),
      );
    }
  },
  async build(file, context) {
    const { build } = await import('./build.ts');
    return build(file, context);
  },
});
