import type { Diagnostic, Range } from '@bake/hcl';
import { error } from './diagnostic.ts';

/** What core says of locals and data sources. */

export function dependencyCycle(path: readonly string[], subject: Range): Diagnostic {
  const isSelf = path.length === 2;
  return error(
    'dependency-cycle',
    'failed to prepare execution graph',
    isSelf
      ? `Self reference: ${path[0]} is defined by itself.`
      : `Cycle: ${path.join(' -> ')}. Break it by taking one of these references out.`,
    subject,
  );
}

export function dataFailed(
  name: string,
  why: string,
  detail: string | undefined,
  subject: Range,
): Diagnostic {
  return error(
    'data-source-failed',
    `Data source ${name} failed: ${why}`,
    detail ?? 'The data source was read to evaluate this template.',
    subject,
  );
}

export function dataCancelled(name: string, subject: Range): Diagnostic {
  return error(
    'data-source-cancelled',
    `Interrupted while ${name} was read`,
    'Nothing has been built.',
    subject,
  );
}
