import type { FlagSpecs } from '../arguments/flags.ts';
import type { Terminal } from '../terminal.ts';

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** What follows the flags: `PATH`. */
  readonly operands: string;
  /** What the first operand can be, where that is not a path: for completion. */
  readonly words?: readonly string[];
  readonly flags: FlagSpecs;
  /** What else its help says, in whole lines. */
  readonly more?: string;
  /** Gives the exit code; throws an `ArgumentError` when it was called wrongly. */
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
}
