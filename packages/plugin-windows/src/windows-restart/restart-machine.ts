import { setTimeout as wait } from 'node:timers/promises';
import {
  type CommandResult,
  Failure,
  formatDuration,
  isCancellation,
  isFailure,
  type Machine,
  type RunContext,
  timerDelay,
} from '@bake/plugin-sdk';
import { startWithRetry } from '@bake/plugin-sdk/scripts';
import { encodedCommand, singleQuoted } from '@bake/plugin-sdk/windows';
import type { RestartConfig } from './component.ts';

/** Exit codes of `shutdown`: it is under way already, it is scheduled already. */
const underWay = [1115, 1190];
/** What `shutdown` says besides while the machine goes down: its interface is gone. */
const noInterface = 1717;

const testRestart = 'shutdown /r /f /t 60 /c "packer restart test"';
const abortRestart = 'shutdown /a';
const answer = 'restarted.';
const askPowershell = encodedCommand('powershell.exe', `echo "\${env:COMPUTERNAME} ${answer}"`);

/** How long to wait between two looks at the machine, in milliseconds. */
export interface Pace {
  /** While it comes up. */
  readonly poll: number;
  /** While it goes down. */
  readonly goingDown: number;
}

/** One restart. */
interface Restart {
  readonly config: RestartConfig;
  readonly machine: Machine;
  /** Its signal aborts at the time limit as well. */
  readonly context: Pick<RunContext, 'signal' | 'ui'>;
  readonly pace: Pace;
}

/** Restarts the machine and waits until it is up again. Rejects with a `Failure`. */
export async function restartMachine(
  config: RestartConfig,
  machine: Machine,
  context: RunContext,
  pace: Pace = { poll: 5000, goingDown: 10_000 },
): Promise<void> {
  const { ui, signal } = context;
  ui.say('Restarting Machine');
  const { exitCode, disconnected } = await startWithRetry(
    config.restart_timeout,
    machine,
    context,
    () => shown(config.restart_command, { machine, context }),
  );
  if (!disconnected && ![0, ...underWay].includes(exitCode ?? -1)) {
    throw new Failure({
      summary: `Restart script exited with non-zero exit status: ${exitCode ?? 'none'}`,
      detail: 'Its output is above. Set "restart_command" to a command that restarts the machine.',
    });
  }
  ui.say('Waiting for machine to restart...');
  await within(config.restart_timeout, signal, async (limited) => {
    const restart = { config, machine, context: { signal: limited, ui }, pace };
    await untilDown(restart);
    await untilUp(restart);
  });
  ui.say('Machine successfully restarted, moving on');
}

/** Gives the work a signal that aborts at the time limit, and says what that means. */
async function within(
  timeout: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<void>,
): Promise<void> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timerDelay(timeout))]);
  try {
    await work(limited);
  } catch (error) {
    if (signal.aborted || !isCancellation(error, limited)) throw error;
    throw new Failure({
      summary: 'Timeout waiting for machine to restart.',
      detail: `It was not up again after ${formatDuration(timeout)}. If it needs longer, raise "restart_timeout".`,
      cause: error,
    });
  }
}

/** Asks for another restart, which the machine refuses while it goes down, and takes that back if it agreed. */
async function untilDown(restart: Restart): Promise<void> {
  for (;;) {
    const end = await tried(() => shown(testRestart, restart));
    // It can't be reached, or over SSH it is down already and the connection will find it when it is up.
    if (end === undefined || end.disconnected || end.exitCode === 1) return;
    if (end.exitCode === 0) {
      await tried(() => shown(abortRestart, restart));
      return;
    }
    const isGoing = [...underWay, noInterface].includes(end.exitCode ?? -1);
    await pause(isGoing ? restart.pace.goingDown : restart.pace.poll, restart);
  }
}

/** A machine that runs a command may still be loading PowerShell's modules: only its own words count. */
async function untilUp(restart: Restart): Promise<void> {
  const { config, pace } = restart;
  let needsCheck = (config.restart_check_command ?? '') !== '';
  for (;;) {
    await pause(pace.poll, restart);
    if (needsCheck) {
      const end = await tried(() => shown(config.restart_check_command ?? '', restart));
      if (end === undefined || end.disconnected) continue;
      needsCheck = false;
    }
    const said = await outputOf(askPowershell, restart);
    if (said?.includes(answer) && !(await isAnotherDue(restart))) return;
  }
}

async function isAnotherDue(restart: Restart): Promise<boolean> {
  const { check_registry, registry_keys } = restart.config;
  for (const key of check_registry ? registry_keys : []) {
    const test = encodedCommand('powershell.exe', `Test-Path ${singleQuoted(key)}`);
    const said = await outputOf(test, restart);
    if (said === undefined || said.includes('True')) return true;
  }
  return false;
}

/** What a command says on its standard output, which is shown as well; `undefined` if it could not run. */
async function outputOf(command: string, restart: Restart): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  const end = await tried(() => shown(command, restart, (chunk) => chunks.push(chunk)));
  return end === undefined || end.disconnected ? undefined : Buffer.concat(chunks).toString();
}

function shown(
  command: string,
  { machine, context }: Pick<Restart, 'machine' | 'context'>,
  listen: (chunk: Uint8Array) => void = () => undefined,
): Promise<CommandResult> {
  const { ui, signal } = context;
  return machine.communicator.run({
    command,
    onStdout: (chunk) => {
      listen(chunk);
      ui.output('stdout', chunk);
    },
    onStderr: (chunk) => ui.output('stderr', chunk),
    signal,
  });
}

/** `undefined` when the machine could not be reached. */
async function tried(run: () => Promise<CommandResult>): Promise<CommandResult | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!isFailure(error)) throw error;
    return undefined;
  }
}

async function pause(milliseconds: number, { context: { signal } }: Restart): Promise<void> {
  await wait(milliseconds, undefined, { signal });
}
