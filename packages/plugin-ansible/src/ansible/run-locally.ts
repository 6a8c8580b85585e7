import type { RunContext } from '@bake/plugin-sdk';
import { type ProcessEnd, runProcess } from '@bake/plugin-sdk/process';

/**
 * Runs a program of Ansible here and shows what it prints as it comes. Rejects with a `Failure` if it can't be started. When the
 * run is cancelled, the program goes on until `beforeEnd` is done.
 */
export async function runLocally(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  context: RunContext,
  beforeEnd: () => Promise<void> = async () => undefined,
): Promise<ProcessEnd> {
  const { signal } = context;
  const ending = new AbortController();
  const cancel = (): void => void beforeEnd().then(() => ending.abort(signal.reason));
  const entry = context.journal({
    kind: 'processes',
    label: `processes of ${program}`,
    traces: { mark: `PACKER_RUN_UUID=${context.build.runUuid}` },
  });
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const end = await runProcess({
      program,
      args,
      env,
      signal: ending.signal,
      onStdout: (chunk) => context.ui.output('stdout', chunk),
      onStderr: (chunk) => context.ui.output('stderr', chunk),
    });
    signal.throwIfAborted();
    return end;
  } finally {
    signal.removeEventListener('abort', cancel);
    entry.close();
  }
}
