/** How long `fmt` takes over 500 files that all want another layout, beside Debian's packer. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bake, env, packer } from './commands.js';
import { timePairs } from './pairs.js';
import { template } from './template.js';
import { watchedRun } from './watched-run.js';

/** `{ files, kilobytes, ours, theirs, ratio, oursMegabytes, theirsMegabytes }`; each run has fresh copies to write. */
export async function benchFmt(folder, files = 500) {
  const [original, copy] = [join(folder, 'original'), join(folder, 'copy')];
  mkdirSync(original);
  for (let number = 0; number < files; number += 1) {
    writeFileSync(join(original, `${number}.pkr.hcl`), unaligned(template(number)));
  }
  const before = () => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(original, copy, { recursive: true });
  };
  const fmt = (program) => [...program, 'fmt', copy];
  const pair = timePairs(fmt(bake), fmt(packer), { env, rounds: 7, before });
  const memory = [];
  for (const program of [bake, packer]) {
    before();
    memory.push((await watchedRun(fmt(program), { env, limit: 60_000 })).megabytes);
    checkAllWritten(original, copy);
  }
  const [oursMegabytes, theirsMegabytes] = memory;
  const kilobytes = sizeOf(original) / 1000;
  return { files, kilobytes, ...pair, oursMegabytes, theirsMegabytes };
}

/** One blank where fmt wants several. */
function unaligned(text) {
  return text.replaceAll(/ += /g, ' = ');
}

function checkAllWritten(original, copy) {
  for (const name of readdirSync(original)) {
    if (readFileSync(join(original, name)).equals(readFileSync(join(copy, name)))) {
      throw new Error(`${name} was not written`);
    }
  }
}

function sizeOf(folder) {
  return readdirSync(folder).reduce(
    (size, name) => size + readFileSync(join(folder, name)).length,
    0,
  );
}
