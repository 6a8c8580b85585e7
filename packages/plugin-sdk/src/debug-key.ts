import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunContext } from './context.ts';
import { Failure, systemReason } from './failure.ts';
import { identityOf } from './file-identity.ts';
import { placeFile } from './place-file.ts';

/**
 * With `-debug`, writes the private key that a builder made for its machine to a file, for its user only, so that a
 * person can log in while the build stands still. The file goes with the machine; without `-debug` there is none.
 * Packer's builders call it after themselves and the source: `ec2_NAME.pem`. Rejects with a `Failure` if it can't be
 * written.
 */
export async function saveDebugKey(
  path: string,
  privateKey: string,
  context: Pick<RunContext, 'build' | 'journal' | 'onCleanup' | 'ui'>,
): Promise<void> {
  if (!context.build.debug) return;
  context.ui.say(`Saving key for debug purposes: ${path}`);
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    // A file that is there would keep its mode, and others might read it.
    await remove();
    await placeFile(path, context, async (beside) => {
      await writeFile(beside, privateKey, { mode: 0o600 });
      const traces = { path: resolve(path), identity: (await identityOf(beside)) ?? '' };
      const entry = context.journal({ kind: 'path', label: `key ${path}`, traces });
      context.onCleanup(`remove ${path}`, remove, { entry });
    });
  } catch (error) {
    throw new Failure({
      summary: `Error saving debug key: ${systemReason(error)}`,
      detail: `With -debug the key of the machine is written to "${path}". Run bake in a folder that you may write to.`,
      cause: error,
    });
  }
}
