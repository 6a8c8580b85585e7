import type { Duplex } from 'node:stream';
import { timerDelay } from '@bake/plugin-sdk';

/** Destroys a line when nothing has come in over it for so many milliseconds. */
export function endWhenSilent(line: Duplex, timeout: number): void {
  const timer = setTimeout(() => {
    line.destroy(new Error(`nothing came from the machine for ${timeout / 1000} seconds`));
  }, timerDelay(timeout));
  line.on('data', () => timer.refresh());
  line.once('close', () => clearTimeout(timer));
}
