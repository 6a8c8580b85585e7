import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, type Machine } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';

/** Why `cmd` can't be had here, if it can't. */
export const whyNoWine: string | undefined =
  spawnSync('wine', ['--version']).status === 0
    ? undefined
    : 'there is no wine on PATH (Debian: wine, wine64)';

/** Commands for a machine whose shell is the `cmd` of Wine. */
export interface WineMachine extends Machine {
  remove(): Promise<void>;
}

/** Makes a Windows of its own, of which a test knows the folder `c:/Windows/Temp`. */
export async function wineMachine(): Promise<WineMachine> {
  const prefix = await mkdtemp(join(tmpdir(), 'bake-wine-'));
  const env = {
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
    DISPLAY: '',
  };
  const signal = new AbortController().signal;
  await runProcess({ program: 'wineboot', args: ['-i'], env, signal });
  const local = (path: string): string =>
    join(prefix, 'drive_c', path.toLowerCase().replace(/^c:/, ''));
  const refuse = async (): Promise<never> => {
    throw new Failure({ summary: 'not part of this machine' });
  };
  return {
    facts: { Host: '', Port: 0, User: '', Password: '', ConnType: 'winrm' },
    communicator: {
      async run({ command, onStdout, onStderr, signal }) {
        // As an argument it would get Wine's quoting on top of its own.
        await writeFile(local('c:/run.bat'), `@${command}\r\n`);
        const { exitCode } = await runProcess({
          program: 'wine',
          args: ['cmd', '/c', 'c:\\run.bat'],
          env,
          signal,
          ...(onStdout && { onStdout }),
          ...(onStderr && { onStderr }),
        });
        return { exitCode, disconnected: false };
      },
      upload: async ({ data }, path) => writeFile(local(path), data),
      uploadDir: refuse,
      download: refuse,
      downloadDir: refuse,
      close: async () => undefined,
    },
    async remove() {
      await runProcess({ program: 'wineserver', args: ['-k'], env, signal });
      await rm(prefix, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
