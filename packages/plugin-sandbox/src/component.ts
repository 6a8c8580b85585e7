import { stat } from 'node:fs/promises';
import {
  type Builder,
  bool,
  type Complain,
  type ConfigSchema,
  defineBuilder,
  type Infer,
  string,
} from '@bake/plugin-sdk';

const config = {
  base_dir: string('Folder whose copy the machine starts from; an empty machine without.'),
  base_archive: string('Archive (tar or tar.gz) whose content the machine starts from.'),
  chroot: bool(
    'Run commands inside of the tree by `chroot`. By default they are when bake runs as root on Linux and the tree has a `/bin/sh`.',
  ),
  output: string(
    'Where to put the archive of the tree; `output-NAME/NAME.tar.gz` by default, after the source.',
    { example: '"images/web.tar.gz"' },
  ),
} satisfies ConfigSchema;

/** Decoded options of the sandbox builder. */
export type SandboxConfig = Infer<typeof config>;

const sandbox: Builder<typeof config> = defineBuilder({
  name: 'sandbox',
  doc: 'Provisions a folder over SSH as if it were a machine, and packs it. Not a security border.',
  config,
  async check(checked, complain) {
    checkBase(checked, complain);
    await checkExists('base_dir', checked.base_dir, 'folder', complain);
    await checkExists('base_archive', checked.base_archive, 'file', complain);
    checkChroot(checked, complain);
  },
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default sandbox;

function checkBase({ base_dir: dir, base_archive: archive }: SandboxConfig, complain: Complain) {
  if (!dir || !archive) return;
  complain('base_archive', {
    summary: 'Two bases for one machine',
    detail: 'Set either "base_dir" or "base_archive", not both.',
  });
}

async function checkExists(
  option: string,
  path: string | undefined,
  kind: 'file' | 'folder',
  complain: Complain,
): Promise<void> {
  if (!path) return;
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) {
    complain(option, {
      summary: `No such ${kind}`,
      detail: `"${path}" does not exist. Relative paths start at the working folder.`,
    });
  } else if (stats.isDirectory() !== (kind === 'folder')) {
    complain(option, { summary: `Not a ${kind}`, detail: `"${path}" is not a ${kind}.` });
  }
}

function checkChroot({ chroot }: SandboxConfig, complain: Complain): void {
  if (chroot !== true || (process.platform === 'linux' && process.getuid?.() === 0)) return;
  complain('chroot', {
    summary: 'chroot needs root on Linux',
    detail: 'Run bake as root on Linux, or leave "chroot" out.',
  });
}
