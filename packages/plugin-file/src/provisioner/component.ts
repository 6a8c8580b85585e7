import { bool, defineProvisioner, type Infer, string, strings } from '@bake/plugin-sdk';
import { checkCopy } from './check.ts';
import { sourcesOf } from './sources.ts';

const config = {
  content: string('Text to write into a file on the machine.'),
  source: string(
    'File or folder to copy. For an upload a slash at the end means what is in the folder; for a download it says that it is a folder.',
  ),
  sources: strings('Files and folders to copy.'),
  destination: string(
    'Where to copy it to; with a slash at the end, a folder that keeps the names.',
    {
      required: true,
    },
  ),
  direction: string('To the machine, or from it.', {
    oneOf: ['upload', 'download'],
    default: 'upload',
  }),
  generated: bool('The source is made during the build: do not look for it before.', {
    default: false,
  }),
} as const;

/** A decoded config of the provisioner. */
export type CopyConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'file',
  doc: 'Copies files and folders to the machine or from it.',
  config,
  check: checkCopy,
  inputs: (copy) =>
    copy.direction === 'download'
      ? { unkept: 'it writes files on this machine' }
      : { files: sourcesOf(copy).map(({ path }) => path) },
  async provision(copy, machine, context) {
    const { transfer } = await import('./transfer.ts');
    await transfer(copy, machine, context);
  },
});
