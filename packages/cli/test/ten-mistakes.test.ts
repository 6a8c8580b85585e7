import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runBake } from './run-bake.ts';

const folder = join(import.meta.dirname, 'fixtures', 'ten-mistakes');

/** Line numbers and summaries that the comments `# ERROR: summary` promise. */
function promised(): readonly string[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const summary = /# ERROR: (.*)$/.exec(line)?.[1];
        return summary === undefined ? [] : [`${name}:${index + 1} ${summary}`];
      }),
  );
}

test.each(['validate', 'build'])(
  '%s tells ten mistakes in three files, each with its place',
  async (command) => {
    const { code, stdout, stderr } = await runBake([command, '.'], { cwd: folder });
    const blocks = stdout.split(/^Error: /m).slice(1);
    const told = blocks.map((block) => {
      const summary = block.slice(0, block.indexOf('\n'));
      const [, file, line] = /on (\S+) line (\d+)/.exec(block) ?? [];
      return `${file}:${line} ${summary}`;
    });
    expect(told.toSorted()).toEqual(promised().toSorted());
    expect(told).toHaveLength(10);
    for (const block of blocks) {
      expect(block).toMatch(/line \d+, column \d+/);
      expect(block).toMatch(/^ *\d+ \| .*\n *\| *\^+$/m);
      expect(block.trimEnd()).toMatch(/[.?)]$/);
      expect(block).not.toMatch(/^ {2,}at /m);
    }
    expect(stderr).toBe('');
    expect(code).toBe(1);
  },
);
