import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineStep } from '@bake/plugin-sdk';
import type { SandboxConfig } from './component.ts';
import { copyTree } from './copy-tree.ts';
import { unpackArchive } from './unpack-archive.ts';

/** Makes the folder that the machine lives in, filled from its base. Gives its path. */
export const prepareTree = defineStep<SandboxConfig, string>({
  name: 'prepare-tree',
  async run({ base_dir: dir, base_archive: archive }, { journal, onCleanup, signal, ui }) {
    const tree = join(tmpdir(), `bake-sandbox-${randomUUID()}`);
    const entry = journal({ kind: 'path', label: `folder ${tree}`, traces: { path: tree } });
    onCleanup('remove the tree', () => rm(tree, { recursive: true, force: true, maxRetries: 3 }), {
      always: true,
      entry,
    });
    await mkdir(tree, { mode: 0o700 });
    // It stands for `/`, which everyone may enter.
    await chmod(tree, 0o755);
    if (dir) {
      ui.say(`Copying ${dir}...`);
      await copyTree(dir, tree, signal);
    } else if (archive) {
      ui.say(`Unpacking ${archive}...`);
      await unpackArchive(archive, tree, signal);
    }
    return tree;
  },
});
