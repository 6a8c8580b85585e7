import type { CommandResult, Communicator } from '../communicator.ts';
import type { BuildContext } from '../context.ts';
import { formatDuration, timerDelay } from '../duration.ts';
import { Failure, messageOf } from '../failure.ts';
import { defineStep } from '../step.ts';
import type { ShutdownOptions } from './shutdown-options.ts';

/** A machine that is to end. */
export interface Ending {
  readonly options: ShutdownOptions;
  /** Where the command runs; nothing when the builder's communicator is "none". */
  readonly communicator: Communicator | undefined;
  /** Resolves when the machine has ended, and at once when it has already. */
  ended(signal: AbortSignal): Promise<void>;
  /** Switches the machine off. */
  stop(signal: AbortSignal): Promise<void>;
}

/**
 * Ends the machine: by `shutdown_command`, else by switching it off, or by waiting for it with
 * `disable_shutdown`. Throws a `Failure` when the command cannot be sent or the machine does not end in time.
 */
export const shutDown = defineStep({
  name: 'shut-down',
  async run(ending: Ending, context): Promise<void> {
    const { options, communicator } = ending;
    if (options.shutdown_command && communicator !== undefined) {
      context.ui.say('Gracefully halting virtual machine...');
      await haltBy(options.shutdown_command, communicator, ending, context);
    } else if (options.disable_shutdown) {
      context.ui.say('Waiting for the virtual machine to shut itself down...');
      await within(ending, context.signal, () => undefined);
    } else {
      context.ui.say('Halting the virtual machine...');
      await ending.stop(context.signal);
    }
    const delay = options.post_shutdown_delay ?? 0;
    if (delay <= 0) return;
    const { pause } = await import('./boot/pause.ts');
    await pause(delay, context.signal);
  },
});

/** Runs the command and waits for the end of the machine, which may come before the command's. */
async function haltBy(
  command: string,
  communicator: Communicator,
  ending: Ending,
  { signal, ui }: Pick<BuildContext, 'signal' | 'ui'>,
): Promise<void> {
  const over = new AbortController();
  const whileGoing = AbortSignal.any([signal, over.signal]);
  let result: CommandResult | undefined;
  const notSent = communicator
    .run({
      command,
      signal: whileGoing,
      onStdout: (chunk) => ui.output('stdout', chunk),
      onStderr: (chunk) => ui.output('stderr', chunk),
    })
    .then(
      (value) => {
        result = value;
        // How the command ended matters only if the machine does not.
        return new Promise<never>(() => undefined);
      },
      (error: unknown) => {
        throw new Failure({
          summary: `Failed to send shutdown command: ${messageOf(error)}`,
          detail: 'Check that the machine still answers after the last provisioner.',
          cause: error,
        });
      },
    );
  try {
    await Promise.race([notSent, within(ending, whileGoing, () => result?.exitCode)]);
  } finally {
    over.abort();
    notSent.catch(() => undefined);
  }
}

async function within(
  { options, ended }: Ending,
  signal: AbortSignal,
  exitCode: () => number | undefined,
): Promise<void> {
  const limit = AbortSignal.timeout(Math.ceil(timerDelay(options.shutdown_timeout)));
  try {
    await ended(AbortSignal.any([signal, limit]));
  } catch (error) {
    signal.throwIfAborted();
    throw limit.aborted ? tooSlow(options, exitCode()) : error;
  }
}

function tooSlow(options: ShutdownOptions, exitCode: number | undefined): Failure {
  const code = exitCode
    ? `The command in "shutdown_command" ended with exit code ${exitCode}. `
    : '';
  return new Failure({
    summary: 'Timeout while waiting for machine to shut down.',
    detail: `${code}It has had ${formatDuration(options.shutdown_timeout)}: try the command by hand on such a machine, or give it more time with "shutdown_timeout".`,
  });
}
