import { setTimeout as wait } from 'node:timers/promises';
import type { ReclaimContext, Traces } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { ProgramEngine } from '../engine/program-engine.ts';
import { commandFailure } from '../messages.ts';
import { dockerOf } from './place.ts';

/** Removes the container that a run left. */
export async function removeContainer(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const container = String(traces['id'] ?? traces['name']);
  await new ProgramEngine(dockerOf(traces)).remove(container, signal);
}

/**
 * Removes the image that was being committed when a run ended. It has no name, but the engine knows which container it
 * was made of.
 */
export async function removeImage(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const docker = dockerOf(traces);
  const source = String(traces['container']);
  await untilCommitted(docker, source, signal);
  // What has not begun yet finds nothing to commit.
  await new ProgramEngine(docker).remove(source, signal);
  const list = ['images', '--quiet', '--no-trunc', '--filter', 'dangling=true'];
  const ids = new Set((await docker.text(list, { signal })).split('\n').filter(Boolean));
  for (const id of ids) {
    const format = ['image', 'inspect', '--format', '{{.Container}}', id];
    // Engines since version 26 do not say; and an image may go meanwhile.
    const container = await docker.text(format, { signal }).catch(() => undefined);
    if (container === source) await docker.run(['rmi', id], { signal });
  }
}

/** Waits while the engine is at it, which outlives whoever asked for it: it pauses the container for so long. */
async function untilCommitted(docker: Docker, container: string, signal: AbortSignal) {
  const format = ['container', 'inspect', '--format', '{{.State.Paused}}', container];
  for (;;) {
    const paused = await docker.text(format, { signal }).catch(() => 'gone');
    if (paused !== 'true') return;
    await wait(pollDelay, undefined, { signal });
  }
}

const pollDelay = 200;

/** Removes a checkpoint: an image of a name that only it has. One that is being made is waited for. */
export async function removeCheckpoint(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const docker = dockerOf(traces);
  const { container, image } = traces;
  if (container !== undefined) await untilCommitted(docker, String(container), signal);
  const end = await docker.attempt(['rmi', String(image)], { signal });
  if (end.exitCode === 0 || /no such image|image not known/i.test(end.complaint)) return;
  throw commandFailure(`${docker.program} rmi`, end);
}
