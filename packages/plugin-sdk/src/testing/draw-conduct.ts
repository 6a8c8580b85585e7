import type { LineConduct, LineFault } from './faulty-line.ts';
import type { Random } from './random.ts';

const lineFaults: readonly LineFault['kind'][] = [
  'cut',
  'reset',
  'half-close',
  'freeze',
  'garbage',
];

/** Draws how a connection goes wrong, somewhere in its first 900 kB. */
export function drawConduct(random: Random): LineConduct {
  const dice = random.next();
  if (dice < 0.08) return { refused: true };
  if (dice < 0.2) return { bytesPerSecond: random.pick([1000, 20_000, 200_000]) };
  const direction = random.pick(['up', 'down'] as const);
  return { fault: { kind: random.pick(lineFaults), direction, at: random.size(5, 900_000) } };
}
