import { defineStep, type Machine, type RunContext } from '@bake/plugin-sdk';
import type { QemuConfig } from '../builder/component.ts';
import { seconds, timeUp } from '../messages.ts';
import type { VirtualMachine } from './virtual-machine.ts';
import { withEvidence } from './with-evidence.ts';

/** What to turn off, and how. */
export interface ShutdownWish {
  readonly config: QemuConfig;
  readonly machine: VirtualMachine;
  /** What the communicator knows of the machine. */
  readonly reached: Machine;
}

/** Milliseconds that a system may take to heed the power button. Not every one does. */
const buttonPatience = 30_000;

/**
 * Turns the machine off: by the command of the template, or else by the power button, or else by pulling the plug. Without
 * a communicator it waits until the machine turns itself off.
 */
export const shutDown = defineStep<ShutdownWish, void>({
  name: 'shut-down',
  async run(wish, context) {
    const { config, machine } = wish;
    if (machine.end === undefined) {
      await withEvidence(machine, context, { requests: [] }, async () => {
        if (config.communicator === 'none') await awaitOwnEnd(wish, context);
        else if (config.shutdown_command) await runCommand(wish, context);
        else await pressButton(wish, context);
      });
    }
    if (machine.failure !== undefined) throw machine.failure;
    machine.qmp.close();
  },
});

async function awaitOwnEnd({ config, machine }: ShutdownWish, { signal, ui }: RunContext) {
  ui.say('Waiting for shutdown...');
  if (await machine.endsWithin(config.shutdown_timeout, signal)) return;
  throw timeUp(
    'The machine did not turn itself off',
    config.shutdown_timeout,
    'Without a communicator, what runs in the machine must turn it off at the end. Give it more time in "shutdown_timeout".',
  );
}

async function runCommand({ config, machine, reached }: ShutdownWish, context: RunContext) {
  const { signal, ui } = context;
  const { shutdown_command: command = '', shutdown_timeout: timeout } = config;
  ui.say('Gracefully halting virtual machine...');
  // The connection may be lost with the answer, and may also hang in a machine that is off.
  const run = reached.communicator.run({
    command,
    signal,
    onStdout: (chunk) => ui.output('stdout', chunk),
    onStderr: (chunk) => ui.output('stderr', chunk),
  });
  run.catch(() => undefined);
  const first = await Promise.race([run, machine.ended.then(() => undefined)]);
  if (await machine.endsWithin(timeout, signal)) return;
  const code = first?.exitCode ? ` The command ended with exit code ${first.exitCode}.` : '';
  throw timeUp(
    'The machine did not turn itself off',
    timeout,
    `The command "${command}" was to do that.${code} Check that it needs no password, and that it turns the machine off and not only halts it. "shutdown_timeout" gives it more time.`,
  );
}

async function pressButton({ config, machine }: ShutdownWish, { signal, ui }: RunContext) {
  ui.say('Halting the virtual machine...');
  const patience = Math.min(buttonPatience, config.shutdown_timeout);
  await machine.qmp.execute('system_powerdown');
  if (await machine.endsWithin(patience, signal)) return;
  ui.say(
    `The machine did not heed the power button within ${seconds(patience)} and is switched off. A "shutdown_command" is quicker, and lets it write all to its disk.`,
  );
  await machine.qmp.execute('quit').catch(() => undefined);
  await machine.ended;
}
