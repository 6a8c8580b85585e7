import { defineStep } from '@bake/plugin-sdk';
import type { CommitWish } from '../engine/engine.ts';
import type { ContainerFacts, ImageFacts } from '../engine/inspect.ts';
import type { DockerConfig } from './component.ts';
import { tracesOf } from './place.ts';
import type { Container } from './start-container.ts';

/** Which container to make an image of, and what it was made of. */
export interface Committed {
  readonly config: DockerConfig;
  readonly source: ImageFacts;
  readonly container: Container;
}

/** Commits the container; gives the ID of the image, which goes away again if the build fails later. */
export const commitStep = defineStep<Committed, string>({
  name: 'commit',
  async run({ config, source, container }, { ui, signal, journal, onCleanup }) {
    const { docker, engine, id } = container;
    // The engine cannot commit a Windows container that runs.
    if (config.windows_container) await docker.run(['stop', id], { signal });
    ui.say('Committing the container');
    const traces = { ...tracesOf(docker), container: id };
    const entry = journal({ kind: 'image', label: `image of the container ${id}`, traces });
    // The engine would finish it after a cancel all the same, so it is let finish, and the image removed.
    const { signal: never } = new AbortController();
    const start = startOf(source, container.facts, config.changes);
    const committing = engine.commit(id, commitWish(config, start), never);
    const remove = async (later: AbortSignal): Promise<void> => {
      const image = await committing.catch(() => undefined);
      if (image !== undefined) await docker.run(['rmi', image], { signal: later });
    };
    onCleanup('remove the committed image', remove, { onFailureOnly: true, entry });
    const image = await committing;
    signal.throwIfAborted();
    ui.say(`Image ID: ${image}`);
    return image;
  },
});

function commitWish(
  { author, message, changes = [] }: DockerConfig,
  start: readonly string[],
): CommitWish {
  return {
    ...(author ? { author } : {}),
    ...(message ? { message } : {}),
    changes: [...start, ...changes],
  };
}

/**
 * What the image starts is what its source starts, not what the build needed to keep the container up. An
 * instruction cannot take an entrypoint away; `[""]` is what engines read as none.
 */
export function startOf(
  source: ImageFacts,
  container: ContainerFacts,
  changes: readonly string[] = [],
): readonly string[] {
  const says = (instruction: RegExp): boolean => changes.some((change) => instruction.test(change));
  const { entrypoint, command } = source;
  const sourceEntrypoint = entrypoint.length > 0 ? entrypoint : container.hasEntrypoint ? [''] : [];
  return [
    // An entrypoint resets the command, so it comes first.
    ...(says(/^\s*entrypoint\b/i) || sourceEntrypoint.length === 0
      ? []
      : [`ENTRYPOINT ${JSON.stringify(sourceEntrypoint)}`]),
    ...(says(/^\s*cmd\b/i) || command.length === 0 ? [] : [`CMD ${JSON.stringify(command)}`]),
  ];
}
