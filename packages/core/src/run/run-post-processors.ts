import { type Artifact, Failure, isFailure, type PostProcessed } from '@bake/plugin-sdk';
import type { PlannedPostProcessor } from '../plan/plan.ts';
import type { BuildRun } from './build-run.ts';
import { buildUi } from './build-ui.ts';
import { errorRecord } from './error-record.ts';
import { readyComponent } from './run-config.ts';

/**
 * Runs the post-processor sequences of a build, each from the builder's artifact, and gives the
 * artifacts that are left (core-behaviour, section 7.6). A sequence that fails does not stop the
 * others; the failures are thrown together at the end, and then nothing that a sequence could not take
 * over is destroyed: the builder's artifact stays. `keepOriginal` is called as soon as a post-processor wants it kept.
 */
export async function runPostProcessors(
  original: Artifact,
  run: BuildRun,
  keepOriginal: () => void,
): Promise<readonly Artifact[]> {
  const { signal } = run;
  const { postProcessors } = run.build;
  const results: Artifact[] = [];
  const failures: unknown[] = [];
  let keepsOriginal = postProcessors.length === 0;
  for (const sequence of postProcessors) {
    signal.throwIfAborted();
    try {
      const outcome = await runSequence(sequence, original, run, keepOriginal);
      keepsOriginal ||= outcome.keepsInput;
      results.push(...outcome.artifacts);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw combined(failures);
  if (keepsOriginal) return [original, ...results];
  await original.destroy();
  return results;
}

interface SequenceOutcome {
  readonly artifacts: readonly Artifact[];
  /** Whether the sequence's input is to stay. */
  readonly keepsInput: boolean;
}

async function runSequence(
  sequence: readonly PlannedPostProcessor[],
  original: Artifact,
  run: BuildRun,
  keepOriginal: () => void,
): Promise<SequenceOutcome> {
  const artifacts: Artifact[] = [];
  let current = original;
  let keepsInput = false;
  for (const [index, planned] of sequence.entries()) {
    const result = await runOne(planned, current, run, run.signal);
    if (result === undefined) return { artifacts, keepsInput };
    const keep = keepsInputOf(planned, result, run);
    if (index === 0 && keep) keepOriginal();
    if (index === 0) keepsInput = keep;
    else if (keep) artifacts.push(current);
    else await current.destroy();
    current = result.artifact;
  }
  return { artifacts: [...artifacts, current], keepsInput };
}

/** The user's word counts, unless the new artifact is made of the input. */
function keepsInputOf(
  planned: PlannedPostProcessor,
  result: PostProcessed,
  run: BuildRun,
): boolean {
  if (planned.keepInput === undefined) return result.keepInput;
  if (planned.keepInput || !result.mustKeepInput || !result.keepInput) return planned.keepInput;
  run.ui.error(
    `Post-processor ${planned.type} needs its input artifact: keep_input_artifact = false is ignored.`,
  );
  return true;
}

async function runOne(
  planned: PlannedPostProcessor,
  input: Artifact,
  run: BuildRun,
  signal: AbortSignal,
): Promise<PostProcessed | undefined> {
  const { name, type } = planned;
  run.data = { ...run.data, ...generatedOf(input) };
  run.ui.say(`Running post-processor: ${labelOf(name, type)}`);
  const ui = buildUi(run.shared.events, run.build.name, type);
  const owner = { kind: 'post-processors', type } as const;
  const work = async (): Promise<PostProcessed | undefined> => {
    try {
      const { component, config } = await readyComponent('post-processors', planned, run);
      return await component.process(config, input, run.context(owner, signal, ui));
    } catch (cause) {
      signal.throwIfAborted();
      throw postProcessorFailure(cause);
    } finally {
      ui.flush();
    }
  };
  return run.step('post-processor', name ?? type, work, planned.range);
}

/** Values of `build.*` that are known since there is an artifact, or that only it has. */
function generatedOf({ state }: Artifact): Readonly<Record<string, unknown>> {
  return (state?.['generated_data'] as Readonly<Record<string, unknown>> | undefined) ?? {};
}

/** Packer prints `NAME (type TYPE)`; with no name it leaves two blanks, which others may match on. */
function labelOf(name: string | undefined, type: string): string {
  return name === type ? type : `${name ?? ''} (type ${type})`;
}

/** A bug stays what it is, so that its stack is shown. */
function postProcessorFailure(cause: unknown): unknown {
  const { summary, detail, stack } = errorRecord(cause);
  if (stack !== undefined) return cause;
  return new Failure({
    summary: `Post-processor failed: ${summary}`,
    ...(detail !== undefined && { detail }),
    cause,
  });
}

/** All failures as one, in Packer's layout. */
function combined(failures: readonly unknown[]): unknown {
  const bug = failures.find((failure) => !isFailure(failure));
  if (bug !== undefined) return bug;
  const records = failures.map(errorRecord);
  const list = records.map(({ summary }) => `* ${summary}`);
  const details = [...new Set(records.flatMap(({ detail }) => detail ?? []))];
  return new Failure({
    summary: `${failures.length} error(s) occurred:\n\n${list.join('\n')}`,
    ...(details.length > 0 && { detail: details.join('\n') }),
    cause: failures[0],
  });
}
