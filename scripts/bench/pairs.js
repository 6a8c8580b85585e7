/**
 * Times two commands in turn, so that what else the machine does hits both alike, and gives the median of
 * each in milliseconds and of their ratio.
 */
import { spawnSync } from 'node:child_process';

/**
 * Runs `ours` and `theirs` (arrays: program, arguments) in turn, `rounds` times after one warm-up. `before` is
 * called before each run, outside the time.
 */
export function timePairs(ours, theirs, options = {}) {
  const times = timeInTurn({ ours, theirs }, options);
  return {
    ours: median(times.ours),
    theirs: median(times.theirs),
    ratio: median(times.ours.map((time, round) => time / times.theirs[round])),
  };
}

/** Runs any number of commands, each under a name, in turn. Gives the milliseconds of each round by that name. */
export function timeInTurn(
  commands,
  { rounds = 15, warmUps = 1, env = process.env, cwd, before = () => {} } = {},
) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(commands)) {
      before();
      const milliseconds = time(command, { env, cwd });
      if (round >= 0) times[name].push(milliseconds);
    }
  }
  return times;
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

/** The middle one of numbers, or what is between the two of them. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
