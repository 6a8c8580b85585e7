import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifact, removeEmptyFolders } from '@bake/plugin-sdk';
import type { QemuConfig } from './builder/component.ts';
import { variablesName } from './machine/firmware.ts';
import type { Settings } from './settings.ts';

/**
 * The output folder as what came of the build, with the facts that Packer's plugin gives. Those of `madeFolders` that are above it
 * go with it if nothing else is in them.
 */
export async function machineArtifact(
  config: QemuConfig,
  settings: Settings,
  madeFolders: readonly string[],
  generated: Readonly<Record<string, unknown>>,
): Promise<Artifact> {
  const { folder, name, format, accelerator, disks } = settings;
  const isLeftOut = (file: string): boolean =>
    Boolean(config.efi_drop_efivars) && file === variablesName;
  return {
    builderId: 'transcend.qemu',
    id: 'VM',
    files: (await filesBelow(folder))
      .filter((file) => !isLeftOut(file))
      .map((file) => join(folder, file)),
    description: `VM files in directory: ${folder}`,
    state: {
      generated_data: generated,
      diskName: name,
      diskPaths: disks.map(({ path }) => path),
      diskType: format,
      diskSize: disks[0].size,
      domainType: accelerator,
    },
    async destroy() {
      await rm(folder, { recursive: true, force: true });
      await removeEmptyFolders(madeFolders);
    },
  };
}

/** Relative to the folder, in the order of their names. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
    .sort();
}
