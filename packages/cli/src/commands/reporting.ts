import { isFailure } from '@bake/plugin-sdk';
import type { Terminal } from '../terminal.ts';

/** Shows a foreseen failure in place of a stack. */
export async function reporting(terminal: Terminal, act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } catch (error) {
    if (!isFailure(error)) throw error;
    terminal.writeError(
      `Error: ${error.message}\n${error.detail === undefined ? '' : `\n${error.detail}\n`}\n`,
    );
    return 1;
  }
}
