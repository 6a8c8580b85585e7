import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { decodeValue, type EncodedValue, objectValue, type Value } from '@bake/hcl';
import { messageOf } from '@bake/plugin-sdk';
import { removeCheckpoint } from '../cache/remove-checkpoint.ts';
import { surplusOf } from '../cache/surplus.ts';
import type { Outcome } from '../events/event.ts';
import { EventStream } from '../events/event-stream.ts';
import { Journal } from '../journal/journal.ts';
import type { Plan, PlannedBuild } from '../plan/plan.ts';
import { redactorOf } from '../plan/plan-secrets.ts';
import { Answers, type AskService } from '../services/answers.ts';
import { askServices } from '../services/ask-service.ts';
import { functionContext } from '../values/function-context.ts';
import { rootScope } from '../values/root-scope.ts';
import { Asker } from './asker.ts';
import { type SharedRun, since } from './build-run.ts';
import { type BuildResult, runBuild } from './run-build.ts';
import type { RunOptions } from './run-options.ts';

/** Milliseconds by which the times of files may be behind the clock: systems and file systems round them down. */
const fileClockLag = 2000;

/** How a run ended. */
export interface RunResult {
  readonly outcome: Outcome;
  /** In the plan's order; builds that never started are `cancelled`. */
  readonly builds: readonly BuildResult[];
}

/** Carries out a plan: builds side by side, what one does is no matter to the others. Never rejects for a build's failure. */
export async function run(plan: Plan, options: RunOptions): Promise<RunResult> {
  const { listener, readAnswer, debug, environment, stateDir } = options;
  const runUuid = crypto.randomUUID();
  const events = new EventStream(listener, redactorOf(plan.secrets));
  const failFast = new AbortController();
  const signal = AbortSignal.any([options.signal, failFast.signal]);
  // Every build listens, several times over: that so many do is no leak.
  setMaxListeners(0, signal, options.abandon);
  const answers = new Answers(askSecretly(environment, events), signal);
  const shared: SharedRun = {
    plan,
    options,
    events,
    asker: new Asker(events, readAnswer),
    signal,
    journal: new Journal(stateDir, runUuid, resolve(plan.workingDir, plan.root)),
    running: new Set(),
    runUuid,
    scope: scopeOf(plan, options, answers),
    answers,
  };
  const start = performance.now();
  const names = plan.builds.map((build) => build.name);
  events.emit({ type: 'run-start', runUuid: shared.runUuid, builds: names, debug });
  const stopTelling = tellOfCancel(options.signal, events);
  const stopListening = tellOfRemains(options.abandon, shared);
  const startTime = Date.now();
  const builds = await runAll(plan.builds, shared, failFast).finally(() => {
    stopTelling();
    stopListening();
    shared.journal.end();
  });
  await limitCache(shared, startTime);
  const outcome = outcomeOf(builds, options.signal);
  events.emit({ type: 'run-end', outcome, milliseconds: since(start) });
  return { outcome, builds };
}

/** Removes what the cache has too much. What cannot be removed stays in it, for the next time. */
async function limitCache({ options, events }: SharedRun, startTime: number): Promise<void> {
  const { registry, cache, abandon: signal } = options;
  if (cache === undefined) return;
  const { store, limit } = cache;
  const limits = { bytes: limit, inUseSince: startTime - fileClockLag };
  const silent = (): void => {};
  const ui = { say: silent, error: silent, output: silent, progress: silent };
  for (const checkpoint of surplusOf(store.all(), limits, Date.now())) {
    const problem = await removeCheckpoint(checkpoint, store, registry, { signal, ui });
    const text = `The checkpoint ${checkpoint.id} could not be removed: ${problem}`;
    if (problem !== undefined) events.emit({ type: 'message', level: 'error', text });
  }
}

/** Says that the run is being cancelled as soon as it is; gives how to stop that. */
function tellOfCancel(signal: AbortSignal, events: EventStream): () => void {
  const tell = (): void => events.emit({ type: 'cancelling', reason: messageOf(signal.reason) });
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
  return () => signal.removeEventListener('abort', tell);
}

/** Says what is left behind when the process is about to end; gives how to stop that. */
function tellOfRemains(abandon: AbortSignal, { running, journal, events }: SharedRun): () => void {
  const tell = (): void => {
    for (const build of running) build.abandon();
    if (journal.openEntries > 0) events.emit({ type: 'abandoned', journaled: journal.openEntries });
  };
  abandon.addEventListener('abort', tell, { once: true });
  return () => abandon.removeEventListener('abort', tell);
}

/** Starts builds in order, as many at a time as allowed; after a cancel no further one starts. */
async function runAll(
  builds: readonly PlannedBuild[],
  shared: SharedRun,
  failFast: AbortController,
): Promise<readonly BuildResult[]> {
  const { parallelBuilds, debug } = shared.options;
  const limit = debug ? 1 : parallelBuilds < 1 ? builds.length : parallelBuilds;
  const results = new Map<PlannedBuild, BuildResult>();
  const waiting = [...builds];
  const worker = async (): Promise<void> => {
    for (let build = waiting.shift(); build !== undefined; build = waiting.shift()) {
      if (shared.signal.aborted) return;
      const result = await runBuild(build, shared);
      results.set(build, result);
      if (result.outcome === 'failed') cancelOthers(result, results.size, shared, failFast);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, builds.length) }, worker));
  return builds.map(
    (build) => results.get(build) ?? { name: build.name, outcome: 'cancelled', artifacts: [] },
  );
}

/** `-fail-fast`: a failure ends what else runs or waits. */
function cancelOthers(
  { name }: BuildResult,
  finished: number,
  { options, plan, events, signal }: SharedRun,
  failFast: AbortController,
): void {
  if (!options.failFast || signal.aborted || finished === plan.builds.length) return;
  events.emit({ type: 'cancelling', reason: `failure of ${name}`, build: name });
  failFast.abort(new Error(`${name} failed`));
}

/** Cancelled is what was cancelled from outside; builds that `-fail-fast` ended are part of a failure. */
function outcomeOf(builds: readonly BuildResult[], { aborted }: AbortSignal): Outcome {
  if (builds.every((build) => build.outcome === 'ok')) return 'ok';
  return aborted ? 'cancelled' : 'failed';
}

/** Services are asked again in a run: it may be another machine's. What they answer is kept out of all output. */
function askSecretly(environment: RunOptions['environment'], events: EventStream): AskService {
  const ask = askServices(environment);
  return async (question, signal) => {
    const text = await ask(question, signal);
    events.protect(text);
    return text;
  };
}

function scopeOf(plan: Plan, { environment }: RunOptions, answers: Answers): SharedRun['scope'] {
  const data = Object.entries((plan.scope['data'] ?? {}) as Record<string, EncodedValue>);
  const values = {
    variables: entriesOf(plan.scope['var']),
    locals: entriesOf(plan.scope['local']),
    data: new Map(data.map(([type, byName]) => [type, entriesOf(byName)])),
    root: plan.root,
    workingDir: plan.workingDir,
  };
  const startTime = new Date(plan.startTime);
  const context = functionContext(plan.root, plan.workingDir, startTime, environment, answers);
  return rootScope(values, context);
}

function entriesOf(encoded: EncodedValue | undefined): ReadonlyMap<string, Value> {
  const value = encoded === undefined ? objectValue({}) : decodeValue(encoded);
  return value.kind === 'object' ? value.entries : new Map();
}
