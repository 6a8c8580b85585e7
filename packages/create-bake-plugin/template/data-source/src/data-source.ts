import { readFile } from 'node:fs/promises';
import {
  type ConfigSchema,
  defineDataSource,
  Failure,
  number,
  string,
  systemReason,
} from '@bake/plugin-sdk';

const config = {
  path: string('The file.', { required: true, example: '"release.txt"' }),
} satisfies ConfigSchema;

const result = {
  content: string('What is in it, without line breaks at the end.'),
  lines: number('How many lines it has.'),
} satisfies ConfigSchema;

export default defineDataSource({
  name: '%NAME%',
  doc: 'Reads a text file.',
  config,
  result,
  async read({ path }, { signal }) {
    const text = await readFile(path, { encoding: 'utf8', signal }).catch((cause: unknown) => {
      throw new Failure({ summary: `Cannot read ${path}: ${systemReason(cause)}`, cause });
    });
    const content = text.replace(/\n+$/, '');
    return { content, lines: content === '' ? 0 : content.split('\n').length };
  },
});
