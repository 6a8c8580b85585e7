import { randomUUID } from 'node:crypto';
import { decodeValue, type EncodedValue, objectValue, type Value } from '@bake/hcl';
import type { Outcome } from '../events/event.ts';
import { EventStream } from '../events/event-stream.ts';
import type { Plan, PlannedBuild } from '../plan/plan.ts';
import { redactorOf } from '../plan/plan-secrets.ts';
import { functionContext } from '../values/function-context.ts';
import { rootScope } from '../values/root-scope.ts';
import type { SharedRun } from './build-run.ts';
import { type BuildResult, runBuild } from './run-build.ts';
import type { RunOptions } from './run-options.ts';

/** How a run ended. */
export interface RunResult {
  readonly outcome: Outcome;
  /** In the plan's order; builds that never started are `cancelled`. */
  readonly builds: readonly BuildResult[];
}

/** Carries out a plan: builds side by side, what one does is no matter to the others. Never rejects for a build's failure. */
export async function run(plan: Plan, options: RunOptions): Promise<RunResult> {
  const events = new EventStream(options.listener, redactorOf(plan.secrets));
  const runUuid = randomUUID();
  const shared = { plan, options, events, runUuid, scope: scopeOf(plan, options) };
  const start = performance.now();

  events.emit({ type: 'run-start', runUuid, builds: plan.builds.map((build) => build.name) });
  const builds = await runAll(plan.builds, shared);
  const outcome = outcomeOf(builds);
  const milliseconds = Math.round(performance.now() - start);
  events.emit({ type: 'run-end', outcome, milliseconds });
  return { outcome, builds };
}

/** Starts builds in order, as many at a time as allowed; after a cancel no further one starts. */
async function runAll(
  builds: readonly PlannedBuild[],
  shared: SharedRun,
): Promise<readonly BuildResult[]> {
  const { parallelBuilds, signal, debug } = shared.options;
  const limit = debug ? 1 : parallelBuilds < 1 ? builds.length : parallelBuilds;
  const results = new Map<PlannedBuild, BuildResult>();
  const waiting = [...builds];
  const worker = async (): Promise<void> => {
    for (let build = waiting.shift(); build !== undefined; build = waiting.shift()) {
      if (signal.aborted) return;
      results.set(build, await runBuild(build, shared));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, builds.length) }, worker));
  return builds.map(
    (build) => results.get(build) ?? { name: build.name, outcome: 'cancelled', artifacts: [] },
  );
}

function outcomeOf(builds: readonly BuildResult[]): Outcome {
  if (builds.some((build) => build.outcome === 'cancelled')) return 'cancelled';
  return builds.every((build) => build.outcome === 'ok') ? 'ok' : 'failed';
}

function scopeOf(plan: Plan, { environment }: RunOptions): SharedRun['scope'] {
  const data = Object.entries((plan.scope['data'] ?? {}) as Record<string, EncodedValue>);
  const values = {
    variables: entriesOf(plan.scope['var']),
    locals: entriesOf(plan.scope['local']),
    data: new Map(data.map(([type, byName]) => [type, entriesOf(byName)])),
    root: plan.root,
    workingDir: plan.workingDir,
  };
  const startTime = new Date(plan.startTime);
  return rootScope(values, functionContext(plan.root, plan.workingDir, startTime, environment));
}

function entriesOf(encoded: EncodedValue | undefined): ReadonlyMap<string, Value> {
  const value = encoded === undefined ? objectValue({}) : decodeValue(encoded);
  return value.kind === 'object' ? value.entries : new Map();
}
