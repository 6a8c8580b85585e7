import { Failure, formatDuration, type Machine, messageOf, timerDelay } from '@bake/plugin-sdk';
import type { StepKind } from '../events/event.ts';
import type { PlannedProvisioner } from '../plan/plan.ts';
import type { BuildRun } from './build-run.ts';
import { readyComponent } from './run-config.ts';
import { wait } from './wait.ts';

/**
 * Runs one provisioner with what its meta-arguments ask for: pause, time limit, retries, going on after an error. Gives whether it
 * did its work.
 */
export async function runProvisioner(
  planned: PlannedProvisioner,
  machine: Machine,
  run: BuildRun,
  signal: AbortSignal,
  kind: StepKind = 'provisioner',
): Promise<boolean> {
  if (run.facts.debug && kind === 'provisioner') {
    await run.pause('Pausing before the next provisioner . Press enter to continue.');
  }
  const work = (): Promise<boolean> => goingOn(planned, machine, run, signal);
  return run.step(kind, planned.type, work, planned.range);
}

/** Does not fail when the template says so (`continue_on_error`). */
async function goingOn(
  planned: PlannedProvisioner,
  machine: Machine,
  run: BuildRun,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await withRetries(planned, machine, run, signal);
    return true;
  } catch (error) {
    if (!planned.continueOnError || signal.aborted) throw error;
    run.ui.error(
      `Warning: Provisioner failed with "${messageOf(error)}", but continue_on_error is set; continuing the build.`,
    );
    return false;
  }
}

async function withRetries(
  planned: PlannedProvisioner,
  machine: Machine,
  run: BuildRun,
  signal: AbortSignal,
): Promise<void> {
  for (let left = planned.maxRetries; ; left -= 1) {
    try {
      return await attempt(planned, machine, run, signal);
    } catch (error) {
      if (signal.aborted || planned.maxRetries === 0) throw error;
      if (left === 0) {
        run.ui.say('retry limit reached.');
        throw error;
      }
      run.ui.say(
        `Provisioner failed with "${messageOf(error)}", retrying with ${left} trie(s) left`,
      );
    }
  }
}

async function attempt(
  planned: PlannedProvisioner,
  machine: Machine,
  run: BuildRun,
  signal: AbortSignal,
): Promise<void> {
  const { pauseBefore, timeout } = planned;
  if (pauseBefore !== undefined && pauseBefore > 0) {
    run.ui.say(`Pausing ${formatDuration(pauseBefore)} before the next provisioner...`);
    await wait(pauseBefore, signal);
  }
  const provision = async (limited: AbortSignal): Promise<void> => {
    const { component, config } = await readyComponent('provisioners', planned, run);
    const owner = { kind: 'provisioners', type: planned.type } as const;
    await component.provision(config, machine, run.context(owner, limited));
  };
  return timeout === undefined || timeout <= 0
    ? provision(signal)
    : withTimeout(timeout, run, signal, provision);
}

async function withTimeout(
  timeout: number,
  run: BuildRun,
  signal: AbortSignal,
  provision: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  run.ui.say(`Setting a ${formatDuration(timeout)} timeout for the next provisioner...`);
  const expired = new Failure({
    summary: `The provisioner took longer than its timeout of ${formatDuration(timeout)}`,
    detail: 'Raise "timeout" if it needs more time.',
  });
  const controller = new AbortController();
  const timer = setTimeout(() => {
    run.ui.error('Cancelling provisioner after a timeout...');
    controller.abort(expired);
  }, timerDelay(timeout));
  try {
    await provision(AbortSignal.any([signal, controller.signal]));
  } catch (error) {
    throw controller.signal.aborted && !signal.aborted ? expired : error;
  } finally {
    clearTimeout(timer);
  }
}
