import type { Duplex } from 'node:stream';

/** A way to a machine, over which SSH is spoken. */
export interface Line {
  readonly stream: Duplex;
  /** Closes it at once with all that it was made of, whatever state that is in. */
  close(): void;
}
