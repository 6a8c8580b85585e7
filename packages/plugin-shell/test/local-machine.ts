import { rm, writeFile } from 'node:fs/promises';
import { Failure, type Machine } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';

/** A machine whose shell is `/bin/sh` here, so that scripts really run. Knows uploads and commands alone. */
export function localMachine(scriptFolder: string): Machine {
  const refuse = async (): Promise<never> => {
    throw new Failure({ summary: 'not part of this machine' });
  };
  return {
    scriptFolder,
    facts: { Host: 'localhost', Port: 0, User: '', Password: '', ConnType: 'local' },
    communicator: {
      async run({ command, onStdout, onStderr, signal }) {
        const end = await runProcess({
          program: '/bin/sh',
          args: ['-c', command],
          signal,
          ...(onStdout === undefined ? {} : { onStdout }),
          ...(onStderr === undefined ? {} : { onStderr }),
        });
        return { exitCode: end.exitCode, disconnected: false };
      },
      async upload({ data, mode = 0o644 }, remotePath) {
        await rm(remotePath, { force: true });
        await writeFile(remotePath, data, { mode });
      },
      uploadDir: refuse,
      download: refuse,
      downloadDir: refuse,
      close: async () => undefined,
    },
  };
}
