import { isFailure, messageOf, type ReclaimContext } from '@bake/plugin-sdk';
import type { Registry } from '../plugins/registry.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

/** Has its builder remove a checkpoint, and forgets it. Gives why it may still be there; then it stays known. */
export async function removeCheckpoint(
  checkpoint: Checkpoint,
  store: CheckpointStore,
  registry: Registry,
  context: ReclaimContext,
): Promise<string | undefined> {
  const { type } = checkpoint.builder;
  try {
    const { component } = await registry.load('builders', type);
    const remains = component.remains?.['checkpoint'];
    if (remains === undefined) return `the builder ${type} does not know how`;
    await remains.remove(checkpoint.traces, context);
    store.forget(checkpoint);
    return undefined;
  } catch (error) {
    const detail = isFailure(error) && error.detail ? `. ${error.detail}` : '';
    return `${messageOf(error)}${detail}`;
  }
}
