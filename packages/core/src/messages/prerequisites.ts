import type { Diagnostic, Range } from '@bake/hcl';
import { didYouMean, error } from './diagnostic.ts';

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

export function missingDependency(
  self: string,
  missing: string,
  similar: string | undefined,
  subject: Range,
): Diagnostic {
  const kind = missing.startsWith('local.') ? 'local' : 'data source';
  return error(
    'missing-dependency',
    'failed to prepare execution graph',
    `${self} refers to ${missing}, and there is no such ${kind} in the template.${didYouMean(similar)}`,
    subject,
  );
}

export function incompleteDataReference(subject: Range): Diagnostic {
  return error(
    'incomplete-data-reference',
    'Invalid data source reference',
    'Locals and data sources refer to one data source at a time, by names that are written out: data.TYPE.NAME. Packer cannot tell otherwise what has to be read first.',
    subject,
  );
}

export function localInSequentialData(self: string, subject: Range): Diagnostic {
  return error(
    'local-in-sequential-data',
    'Unsupported attribute',
    `${self} refers to a local, but with -use-sequential-evaluation all data sources are read before there are locals. Leave the option out, or write the value here.`,
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

export function nestedTooDeeply(name: string, levels: number, subject: Range): Diagnostic {
  return error(
    'nested-too-deeply',
    'Nested too deeply',
    `Lists and objects stand in one another more than ${levels} deep in local.${name}, which is as far as values go. Put them side by side in one list instead.`,
    subject,
  );
}
