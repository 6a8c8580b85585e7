import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defineStep } from '@bake/plugin-sdk';
import { makeFolders, removeFolders } from './made-folders.ts';
import { writeArchive } from './write-archive.ts';

/** What to pack, and where to. */
export interface PackWish {
  readonly tree: string;
  readonly output: string;
  /** Ids of users and groups mean something: the tree is a root file system. */
  readonly keepsOwners: boolean;
}

/** An archive that is in its place. */
export interface PackedTree {
  readonly output: string;
  /** Of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** Folders that were made for it, deepest first. */
  readonly madeFolders: readonly string[];
}

/** Packs the tree beside its place first, so that there is never half an archive there. */
export const packStep = defineStep<PackWish, PackedTree>({
  name: 'pack',
  async run({ tree, output, keepsOwners }, { onCleanup, signal, ui }) {
    ui.say(`Packing the tree into ${output}...`);
    const madeFolders = await makeFolders(dirname(output));
    const part = `${output}.${randomUUID()}.part`;
    const cleanup = onCleanup(
      'remove the unfinished archive',
      async () => {
        await rm(part, { force: true });
        await removeFolders(madeFolders);
      },
      { always: true },
    );
    const sha256 = await writeArchive(tree, part, { keepsOwners, signal });
    await rename(part, output);
    cleanup.dismiss();
    return { output, sha256, madeFolders };
  },
});
