/**
 * Times two commands in turn, so that what else the machine does hits both alike, and gives the median of
 * each in milliseconds and of their ratio.
 */
import { spawnSync } from 'node:child_process';

/**
 * Runs `ours` and `theirs` (arrays: program, arguments) in turn, `rounds` times after one warm-up. `before` is
 * called before each run, outside the time.
 */
export function timePairs(
  ours,
  theirs,
  { rounds = 15, env = process.env, cwd, before = () => {} } = {},
) {
  const timed = (command) => {
    before();
    return time(command, { env, cwd });
  };
  const pairs = [];
  for (let round = -1; round < rounds; round += 1) {
    const pair = { ours: timed(ours), theirs: timed(theirs) };
    if (round >= 0) pairs.push(pair);
  }
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
  };
}

/** The median time of one command alone, in milliseconds. */
export function timeAlone(command, { rounds = 5, ...options }) {
  return median(Array.from({ length: rounds }, () => time(command, options)));
}

function time([program, ...args], options) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { ...options, encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return milliseconds;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
