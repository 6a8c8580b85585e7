import type { Terminal } from '../terminal.ts';

/** Where a log goes: to a file, or to standard error without what is on standard output already. */
export type LogDestination = { readonly path: string } | 'stderr';

/**
 * The log that the environment asks for (core-behaviour, sections 1.5 and 7.10): `BAKE_LOG_PATH` or
 * `PACKER_LOG_PATH` names a file, which is begun anew; `BAKE_LOG` or `PACKER_LOG`, unless empty or `0`, is for
 * standard error.
 */
export function logDestination(environment: Terminal['environment']): LogDestination | undefined {
  const path = environment['BAKE_LOG_PATH'] || environment['PACKER_LOG_PATH'];
  if (path) return { path };
  const wanted = environment['BAKE_LOG'] ?? environment['PACKER_LOG'] ?? '';
  return wanted === '' || wanted === '0' ? undefined : 'stderr';
}
