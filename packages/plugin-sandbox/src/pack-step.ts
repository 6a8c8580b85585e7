import { dirname } from 'node:path';
import { defineStep, makeFolders, placeFile } from '@bake/plugin-sdk';
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

/** Packs the tree into its place, in one go. */
export const packStep = defineStep<PackWish, PackedTree>({
  name: 'pack',
  async run({ tree, output, keepsOwners }, context) {
    const { signal, ui } = context;
    ui.say(`Packing the tree into ${output}...`);
    const madeFolders = await makeFolders(dirname(output), context);
    const sha256 = await placeFile(output, context, (path) =>
      writeArchive(tree, path, { keepsOwners, signal }),
    );
    return { output, sha256, madeFolders };
  },
});
