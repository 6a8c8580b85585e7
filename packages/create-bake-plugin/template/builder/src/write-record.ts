import { rm, writeFile } from 'node:fs/promises';
import { type Artifact, defineStep, placeFile } from '@bake/plugin-sdk';

/** The last step: the file that is the artifact. */
export const writeRecord = defineStep({
  name: 'write-record',
  async run({ host, path }: { host: string; path: string }, context): Promise<Artifact> {
    context.ui.say(`Writing ${path}`);
    const text = `${JSON.stringify({ host, run: context.build.runUuid })}\n`;
    await placeFile(path, context, (beside) => writeFile(beside, text));
    return {
      builderId: 'example.%NAME%',
      id: host,
      files: [path],
      description: `Record of ${host}: ${path}`,
      destroy: () => rm(path, { force: true }),
    };
  },
});
