import type { BuildContext, Machine } from '@bake/plugin-sdk';
import { shutDown } from '@bake/plugin-sdk/vm';
import type { QemuConfig } from '../builder/component.ts';
import { seconds } from '../messages.ts';
import type { VirtualMachine } from './virtual-machine.ts';
import { type Evidence, withEvidence } from './with-evidence.ts';

/** What to turn off, and how. */
export interface ShutdownWish {
  readonly config: QemuConfig;
  readonly machine: VirtualMachine;
  /** What the communicator knows of the machine. */
  readonly reached: Machine;
  readonly evidence: Evidence;
}

/** Milliseconds that a system may take to heed the power button. Not every one does. */
const buttonPatience = 30_000;

/**
 * Turns the machine off: by the command of the template, or else by the power button, or else by pulling the plug. Without
 * a communicator it waits until the machine turns itself off. Throws a `Failure` if that was no good end.
 */
export async function endMachine(wish: ShutdownWish, context: BuildContext): Promise<void> {
  const { config, machine, reached, evidence } = wish;
  const isReached = config.communicator !== 'none';
  const ending = {
    options: { ...config, disable_shutdown: !isReached },
    communicator: isReached ? reached.communicator : undefined,
    ended: (signal: AbortSignal) => untilEnded(machine, signal),
    stop: () => pressButton(wish, context),
  };
  // A provisioner may have turned it off.
  if (machine.end === undefined) {
    await withEvidence(machine, context, evidence, () => context.step(shutDown, ending));
  }
  if (machine.failure !== undefined) throw machine.failure;
  machine.qmp.close();
}

function untilEnded(machine: VirtualMachine, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const give = (): void => reject(signal.reason);
    signal.addEventListener('abort', give, { once: true });
    void machine.ended.then(() => {
      signal.removeEventListener('abort', give);
      resolve();
    });
  });
}

async function pressButton(
  { config, machine }: ShutdownWish,
  { signal, ui }: BuildContext,
): Promise<void> {
  const patience = Math.min(buttonPatience, config.shutdown_timeout);
  try {
    await machine.qmp.execute('system_powerdown');
  } catch (error) {
    // It may be turning itself off.
    if (await machine.isOff()) return;
    throw error;
  }
  if (await machine.endsWithin(patience, signal)) return;
  ui.say(
    `The machine did not heed the power button within ${seconds(patience)} and is switched off. A "shutdown_command" is quicker, and lets it write all to its disk.`,
  );
  await machine.qmp.execute('quit').catch(() => undefined);
  await machine.ended;
}
