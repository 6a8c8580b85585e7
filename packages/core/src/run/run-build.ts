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
  const { signal, onError } = run.shared.options;
  const { name } = run.build;
  try {
    const artifacts = await work(run, signal);
    await cleanUp(run, false, false);
    return { name, outcome: 'ok', artifacts };
  } catch (error) {
    const isCancelled = signal.aborted || isCancellation(error, signal);
    await cleanUp(run, true, onError === 'abort');
    if (isCancelled) return { name, outcome: 'cancelled', artifacts: [] };
    return { name, outcome: 'failed', artifacts: [], error: errorRecord(error) };
  } finally {
    run.ui.flush();
  }
}

async function work(run: BuildRun, signal: AbortSignal): Promise<readonly Artifact[]> {
  signal.throwIfAborted();
  const { component, config } = await readyComponent('builders', run.build.builder, run);
  run.provides = component.provides ?? [];
  const artifact = await component.build(config, builderContext(run, signal));
  signal.throwIfAborted();
  if (artifact === undefined) return [];
  return runPostProcessors(artifact, run, signal);
}

/** A build that was good is good even if something could not be removed after it, but it is said. */
async function cleanUp(run: BuildRun, failed: boolean, keepRemains: boolean): Promise<void> {
  await run.cleanups.run({ failed, keepRemains }, (label, error) => {
    run.ui.error(`Could not ${label}: ${messageOf(error)}`);
  });
}
