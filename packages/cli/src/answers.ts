import { createInterface } from 'node:readline';
import type { ReadAnswer } from '@bake/core';
import type { Terminal } from './terminal.ts';

/** How to ask the person at the terminal; `undefined` when nobody is there to type. */
export function answerReader(terminal: Terminal): ReadAnswer | undefined {
  if (terminal.isMachineReadable || !terminal.input.isTTY) return undefined;
  return (signal) =>
    new Promise((resolve) => {
      // The terminal itself edits the line and turns Ctrl-C into an interrupt.
      const lines = createInterface({ input: terminal.input, terminal: false });
      const close = (): void => lines.close();
      signal.addEventListener('abort', close, { once: true });
      lines.once('line', (line) => {
        resolve(line);
        lines.close();
      });
      lines.once('close', () => {
        signal.removeEventListener('abort', close);
        resolve(undefined);
      });
    });
}
