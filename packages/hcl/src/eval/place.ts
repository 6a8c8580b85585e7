import type { Range } from '../range.ts';

/** Where a step of a traversal stands: the step itself, and the whole up to it. */
export interface Place {
  readonly range: Range;
  readonly context: Range;
}
