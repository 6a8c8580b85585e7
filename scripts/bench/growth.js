/**
 * How `validate` grows from 100 to 1,000 and 10,000 blocks. Packer runs a process for each component, keeps all of
 * them until the end and takes the machine with it, so it is ended after a while.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bake, env, packer } from './commands.js';
import { timeAlone } from './pairs.js';
import { validateArgs } from './validate.js';
import { blocksPerImage, images } from './validated-templates.js';
import { watchedRun } from './watched-run.js';

const limit = 20_000;

/**
 * Rows of `{ blocks, images, ours, growth, oursMegabytes, theirs, isDone, theirsMegabytes }`. `growth` is how many
 * times as long it took as the size before, start-up (what `startUp` milliseconds are) taken off; `theirs` is only
 * there when there is a packer, and a lower bound when it was not `isDone`.
 */
export async function benchGrowth(folder, startUp, hasPacker) {
  const rows = [];
  for (const blocks of [100, 1_000, 10_000]) {
    const count = blocks / blocksPerImage;
    writeFileSync(join(folder, 'main.pkr.hcl'), images(count));
    const ours = timeAlone([...bake, ...validateArgs], { cwd: folder, env, rounds: 5 });
    const last = rows.at(-1)?.ours;
    rows.push({
      blocks,
      images: count,
      ours,
      growth: last === undefined ? undefined : (ours - startUp) / (last - startUp),
      oursMegabytes: (await watchedRun([...bake, ...validateArgs], { cwd: folder, env, limit }))
        .megabytes,
      ...(hasPacker && (await theirs(folder))),
    });
  }
  return rows;
}

async function theirs(folder) {
  const run = await watchedRun([...packer, ...validateArgs], { cwd: folder, env, limit });
  return { theirs: run.milliseconds, isDone: run.isDone, theirsMegabytes: run.megabytes };
}
