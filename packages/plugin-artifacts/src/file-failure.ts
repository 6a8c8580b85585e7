import { Failure, messageOf } from '@bake/plugin-sdk';

/** A failure with a local file: what was tried, and what the system said. */
export function fileFailure(attempt: string, error: unknown): Failure {
  return new Failure({
    summary: `${attempt}: ${messageOf(error)}`,
    detail: 'Check that the file exists, that you may use it, and that the disk is not full.',
    cause: error,
  });
}
