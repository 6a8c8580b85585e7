import { isFailure, messageOf } from '@bake/plugin-sdk';
import type { ErrorRecord } from '../events/event.ts';

/** What to say of something thrown. Only what nobody foresaw shows its stack: it is a bug. */
export function errorRecord(error: unknown): ErrorRecord {
  if (isFailure(error)) {
    return { summary: error.message, ...(error.detail !== undefined && { detail: error.detail }) };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    summary: messageOf(error),
    detail: 'This is a bug in bake or in a plugin. Please report it with the lines below.',
    ...(stack !== undefined && { stack }),
  };
}
