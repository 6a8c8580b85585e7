import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineStep } from '@bake/plugin-sdk';

/** Makes a folder for sockets and what else only this build may see. Its name is short, as those of sockets must be. */
export const makePrivateFolder = defineStep<undefined, string>({
  name: 'make-private-folder',
  async run(_, { journal, onCleanup }) {
    const path = join(tmpdir(), `bake-qemu-${randomBytes(6).toString('hex')}`);
    const entry = journal({ kind: 'path', label: `folder ${path}`, traces: { path } });
    const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
    onCleanup(`remove ${path}`, remove, { entry });
    await mkdir(path, { mode: 0o700 });
    return path;
  },
});
