import { type Artifact, Failure, isFailure } from '@bake/plugin-sdk';
import { Explained } from '../cache/explanation.ts';
import type { ErrorRecord, Outcome } from '../events/event.ts';
import type { PlannedBuild } from '../plan/plan.ts';
import { BuildRun, type SharedRun, since } from './build-run.ts';
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
  const run = new BuildRun(build, shared);
  shared.running.add(run);
  events.emit({ type: 'build-start', build: build.name });
  const result = await attempt(run);
  shared.running.delete(run);
  emitArtifacts(result, shared);
  const { outcome, error } = result;
  const end = {
    type: 'build-end',
    build: build.name,
    outcome,
    milliseconds: since(start),
  } as const;
  events.emit(error === undefined ? end : { ...end, error });
  return result;
}

function emitArtifacts({ name, artifacts }: BuildResult, { events }: SharedRun): void {
  for (const [index, artifact] of artifacts.entries()) {
    const { builderId, id, files, description } = artifact;
    const record = { builderId, id, files, description };
    events.emit({ type: 'artifact', build: name, index, artifact: record });
  }
}

async function attempt(run: BuildRun): Promise<BuildResult> {
  const { name } = run.build;
  try {
    const artifact = await makeArtifact(run);
    if (artifact === undefined) return { name, outcome: 'ok', artifacts: [] };
    return { name, outcome: 'ok', artifacts: await postProcess(artifact, run) };
  } catch (error) {
    if (error instanceof Explained) return { name, outcome: 'ok', artifacts: [] };
    if (!run.hasFailed) return { name, outcome: 'cancelled', artifacts: [] };
    return { name, outcome: 'failed', artifacts: [], error: errorRecord(error) };
  } finally {
    run.ui.flush();
  }
}

/** The builder's half. It ends with its cleanups: the machine is gone before the first post-processor starts. */
async function makeArtifact(run: BuildRun): Promise<Artifact | undefined> {
  let artifact: Artifact | undefined;
  try {
    artifact = await runBuilder(run);
  } catch (error) {
    await cleanUpAfter(error, run);
    if (run.keepsRemains && run.steps.exist) run.steps.announceAbort(error);
    throw withCleanupFailure(error, run);
  }
  await run.cleanUp({ failed: false, keepRemains: false });
  return artifact;
}

/**
 * The other half. What the builder made stays if only post-processors fail. A cancel takes it along, as with Packer,
 * and what was made on the way to it, unless a post-processor that has done its work wants it kept.
 */
async function postProcess(artifact: Artifact, run: BuildRun): Promise<readonly Artifact[]> {
  const label = `remove what the builder made (${artifact.description})`;
  const takeBack = (signal: AbortSignal): Promise<void> =>
    artifact.rollBack === undefined ? artifact.destroy() : artifact.rollBack(signal);
  const undo = run.cleanups.add(label, takeBack, { onFailureOnly: true });
  let artifacts: readonly Artifact[];
  try {
    artifacts = await runPostProcessors(artifact, run, () => undo.dismiss());
  } catch (error) {
    if (!run.signal.aborted) undo.dismiss();
    await cleanUpAfter(error, run);
    throw error;
  }
  await run.cleanUp({ failed: false, keepRemains: false });
  return artifacts;
}

async function runBuilder(run: BuildRun): Promise<Artifact | undefined> {
  const { signal } = run;
  signal.throwIfAborted();
  const { component, config } = await readyComponent('builders', run.build.builder, run);
  if (run.shared.options.cache?.explain !== undefined && !component.remains?.['checkpoint']) {
    throw new Failure({
      summary: `The builder ${component.name} makes no checkpoints`,
      detail: 'Its builds run all provisioners each time.',
    });
  }
  run.provides = component.provides ?? [];
  const artifact = await component.build(config, builderContext(run, signal));
  signal.throwIfAborted();
  return artifact;
}

function cleanUpAfter(error: unknown, run: BuildRun): Promise<void> {
  run.endBadly(error);
  return run.cleanUp({ failed: true, keepRemains: run.keepsRemains });
}

/** Packer's words when the error-cleanup-provisioner fails, too. A bug stays what it is, so that its stack is shown. */
function withCleanupFailure(error: unknown, { cleanupFailure }: BuildRun): unknown {
  if (cleanupFailure === undefined || !isFailure(error)) return error;
  if (!isFailure(cleanupFailure)) return cleanupFailure;
  return new Failure({
    summary: `Cleanup failed: ${cleanupFailure.message}. Original Provisioning error: ${error.message}`,
    ...(error.detail !== undefined && { detail: error.detail }),
    cause: error,
  });
}
