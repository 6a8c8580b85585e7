import type { RunContext } from '@bake/plugin-sdk';
import { type ProcessEnd, runProcess } from '@bake/plugin-sdk/process';

/**
 * Runs a program of Ansible here and shows what it prints as it comes. Rejects with a `Failure` if it can't be started. When the
 * run is cancelled, `beforeEnd` is done before the program ends, which begins nothing new meanwhile.
 */
export async function runLocally(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  context: RunContext,
  beforeEnd?: () => Promise<void>,
): Promise<ProcessEnd> {
  const { signal } = context;
  const entry = context.journal({
    kind: 'processes',
    label: `processes of ${program}`,
    traces: { mark: `PACKER_RUN_UUID=${context.build.runUuid}` },
  });
  try {
    return await runProcess({
      program,
      args,
      env,
      signal,
      ...(beforeEnd && { beforeEnd }),
      onStdout: (chunk) => context.ui.output('stdout', chunk),
      onStderr: (chunk) => context.ui.output('stderr', chunk),
    });
  } finally {
    entry.close();
  }
}
