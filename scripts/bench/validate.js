/** How long `validate` takes beside Debian's packer, and how much memory; and what of it is Node's own start-up. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bake, env, packer } from './commands.js';
import { timeAlone, timePairs } from './pairs.js';
import { images, small, smallest } from './validated-templates.js';
import { watchedRun } from './watched-run.js';

/** What to call with, beside a `main.pkr.hcl`. */
export const validateArgs = ['validate', 'main.pkr.hcl'];

const pairs = [
  { name: 'start-up alone: version', args: ['version'], rounds: 15 },
  { name: 'the smallest: 1 source, 1 provisioner', text: smallest, rounds: 15 },
  { name: 'small: 2 sources, 3 provisioners, 3 post-processors', text: small, bar: 0.5, rounds: 9 },
  { name: '20 builds, 20 sources, 100 provisioners', text: images(20), bar: 0.2, rounds: 3 },
];

/** Rows of what packer gets done: `{ name, ours, theirs, ratio, bar, oursMegabytes, theirsMegabytes }`. */
export async function benchValidate(folder) {
  const rows = [];
  for (const { name, text = '', args = validateArgs, bar, rounds } of pairs) {
    writeFileSync(join(folder, 'main.pkr.hcl'), text);
    const [our, their] = [bake, packer].map((program) => [...program, ...args]);
    const pair = timePairs(our, their, { cwd: folder, env, rounds });
    const limit = 60_000;
    const ours = await watchedRun(our, { cwd: folder, env, limit });
    const theirs = await watchedRun(their, { cwd: folder, env, limit });
    rows.push({
      name,
      bar,
      ...pair,
      oursMegabytes: ours.megabytes,
      theirsMegabytes: theirs.megabytes,
    });
  }
  return rows;
}

/** The median of an empty program in Node, in milliseconds. */
export function benchNode(folder) {
  return timeAlone([process.execPath, '-e', '0'], { cwd: folder, rounds: 15 });
}
