import { rm, stat, writeFile } from 'node:fs/promises';
import { type ConfigSchema, definePostProcessor, placeFile, string } from '@bake/plugin-sdk';

const config = {
  output: string('The list that is written.', { default: 'files.txt' }),
} satisfies ConfigSchema;

export default definePostProcessor({
  name: '%NAME%',
  doc: 'Writes the files of an artifact and their sizes into a list.',
  config,
  async process({ output }, input, context) {
    context.ui.say(`Listing ${input.files.length} files in ${output}`);
    const lines = await Promise.all(
      input.files.map(async (file) => `${(await stat(file)).size}  ${file}\n`),
    );
    await placeFile(output, context, (beside) => writeFile(beside, lines.join('')));
    const artifact = {
      builderId: 'example.%NAME%.list',
      id: output,
      files: [output],
      description: `List of files: ${output}`,
      destroy: () => rm(output, { force: true }),
    };
    return { artifact, keepInput: true };
  },
});
