import { type Artifact, isCancellation, messageOf } from '@bake/plugin-sdk';
import type { ErrorRecord, Outcome } from '../events/event.ts';
import type { PlannedBuild } from '../plan/plan.ts';
import { BuildRun, type SharedRun } from './build-run.ts';
import { builderContext } from './builder-context.ts';
import { errorRecord } from './error-record.ts';
import { readyComponent } from './run-config.ts';
import { runPostProcessors } from './run-post-processors.ts';

/** How a build ended. */
export interface BuildResult {
  readonly name: string;
  readonly outcome: Outcome;
  readonly artifacts: readonly Artifact[];
  readonly error?: ErrorRecord;
}

/** Runs one build from its builder to its last post-processor, and undoes what must be undone. Never rejects. */
export async function runBuild(build: PlannedBuild, shared: SharedRun): Promise<BuildResult> {
  const { events } = shared;
  const start = performance.now();
  events.emit({ type: 'build-start', build: build.name });
  const result = await attempt(new BuildRun(build, shared));
  for (const [index, artifact] of result.artifacts.entries()) {
    const { builderId, id, files, description } = artifact;
    const record = { builderId, id, files, description };
    events.emit({ type: 'artifact', build: build.name, index, artifact: record });
  }
  const milliseconds = Math.round(performance.now() - start);
  const { outcome, error } = result;
  events.emit({
    type: 'build-end',
    build: build.name,
    outcome,
    milliseconds,
    ...(error && { error }),
  });
  return result;
}

async function attempt(run: BuildRun): Promise<BuildResult> {
  const { signal } = run.shared.options;
  const { name } = run.build;
  try {
    const artifact = await stage(run, () => runBuilder(run, signal));
    if (artifact === undefined) return { name, outcome: 'ok', artifacts: [] };
    const artifacts = await stage(run, () => runPostProcessors(artifact, run, signal));
    return { name, outcome: 'ok', artifacts };
  } catch (error) {
    const isCancelled = signal.aborted || isCancellation(error, signal);
    if (isCancelled) return { name, outcome: 'cancelled', artifacts: [] };
    return { name, outcome: 'failed', artifacts: [], error: errorRecord(error) };
  } finally {
    run.ui.flush();
  }
}

/**
 * Does one half of a build and then undoes what that half must undo: the builder's machine is gone
 * before the first post-processor starts, and what the builder made stays if only they fail.
 */
async function stage<T>(run: BuildRun, work: () => Promise<T>): Promise<T> {
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    await cleanUp(run, failed, failed && run.shared.options.onError === 'abort');
  }
}

async function runBuilder(run: BuildRun, signal: AbortSignal): Promise<Artifact | undefined> {
  signal.throwIfAborted();
  const { component, config } = await readyComponent('builders', run.build.builder, run);
  run.provides = component.provides ?? [];
  const artifact = await component.build(config, builderContext(run, signal));
  signal.throwIfAborted();
  return artifact;
}

/** A build that was good is good even if something could not be removed after it, but it is said. */
async function cleanUp(run: BuildRun, failed: boolean, keepRemains: boolean): Promise<void> {
  await run.cleanups.run({ failed, keepRemains }, (label, error) => {
    run.ui.error(`Could not ${label}: ${messageOf(error)}`);
  });
}
