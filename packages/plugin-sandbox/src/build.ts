import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type Artifact,
  type BuildContext,
  communicatorOptions,
  type Machine,
  withDefaults,
} from '@bake/plugin-sdk';
import { archiveArtifact } from './artifact.ts';
import type { SandboxConfig } from './component.ts';
import { claimOutput } from './output.ts';
import { packStep } from './pack-step.ts';
import { prepareTree } from './prepare-tree.ts';
import { startMachine } from './start-machine.ts';

/** Makes a machine of a folder, has it provisioned, and packs the folder. */
export async function build(config: SandboxConfig, context: BuildContext): Promise<Artifact> {
  const output = await claimOutput(config.output, context.build);
  const tree = await context.step(prepareTree, config);
  const { ssh, chroot } = await context.step(startMachine, { root: tree, chroot: config.chroot });
  const { host, port, username, privateKey, publicKey } = ssh;
  const machine = await context.connect(withDefaults(communicatorOptions), {
    host,
    port,
    username,
    privateKey,
    publicKey,
  });
  const scriptFolder = await scriptFolderOf(tree, chroot);
  await context.provision({ ...machine, ...scriptFolder }, { ID: basename(tree) });
  await ssh.close();
  const packed = await context.step(packStep, { tree, output, keepsOwners: chroot });
  return archiveArtifact(packed);
}

/**
 * Without a chroot the `/tmp` of the shell is the host's, not the tree's, so scripts go where commands
 * start, at the root of the tree; with one, too, when the tree has no `/tmp`.
 */
async function scriptFolderOf(
  tree: string,
  chroot: boolean,
): Promise<Pick<Machine, 'scriptFolder'>> {
  return chroot && (await isFolder(join(tree, 'tmp'))) ? {} : { scriptFolder: '.' };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
