import { dirname } from 'node:path';
import { userPluginFolder } from '@bake/core/plugins';
import { serve } from './server.ts';

/** Runs the server on the process's own streams, with the plugins that are installed beside it. */
export function runServer(): void {
  const { env, stdin, stdout } = process;
  serve({
    input: stdin,
    output: stdout,
    environment: env,
    placesOf: (templateFolder) => ({
      templateFolder,
      userFolders: [userPluginFolder(env)],
      firstParty: dirname(import.meta.dirname),
    }),
  });
}
