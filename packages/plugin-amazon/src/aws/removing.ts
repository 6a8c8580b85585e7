import type { Traces } from '@bake/plugin-sdk';
import type { Pace } from './wait.ts';

/** How to remove. */
export interface Removing {
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

/** The texts in a trace. */
export function listOf(value: Traces[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}
