import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { type ContainerFacts, inspectContainer } from '../engine/inspect.ts';
import type { SourceImage } from './base-image.ts';
import type { DockerConfig } from './component.ts';
import { tracesOf } from './place.ts';
import { forceRemove } from './remains.ts';
import { runArguments } from './run-arguments.ts';

/** What to start a container of. */
export interface ContainerWish {
  readonly docker: Docker;
  readonly config: DockerConfig;
  readonly source: SourceImage;
}

/** A container that was started. */
export interface Container extends ContainerFacts {
  readonly docker: Docker;
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** A folder on this side that the container sees, too. */
  readonly shared: SharedFolder | undefined;
}

/** One folder under two names. */
export interface SharedFolder {
  readonly local: string;
  readonly inside: string;
}

/** Starts the container, which goes away at the end in any case. */
export const startContainer = defineStep<ContainerWish, Container>({
  name: 'start-container',
  async run({ docker, config, source }, context) {
    const { ui, signal, journal, onCleanup, build } = context;
    const shared = await shareFolder(config, context);
    const wish = {
      image: source.reference,
      name: `bake-${build.sourceName}-${randomUUID()}`,
      shared: shared === undefined ? undefined : ([shared.local, shared.inside] as const),
    };
    const { args, name } = runArguments(config, wish, context);
    ui.say('Starting docker container...');
    ui.say(`Run command: ${docker.program} ${args.join(' ')}`);
    const traces = { ...tracesOf(docker), name };
    const entry = journal({ kind: 'container', label: `container ${name}`, traces });
    const remove = (later: AbortSignal): Promise<void> => {
      ui.say(`Killing the container: ${name}`);
      return forceRemove(docker, name, later);
    };
    onCleanup(`remove the container ${name}`, remove, { entry });
    const id = await docker.text(args, { signal });
    ui.say(`Container ID: ${id}`);
    return { docker, id, shared, ...(await inspectContainer(docker, id, signal)) };
  },
});

/** Windows containers get their files through it; others see it if the template says where. */
async function shareFolder(
  { container_dir, windows_container }: DockerConfig,
  { journal, onCleanup }: BuildContext,
): Promise<SharedFolder | undefined> {
  const inside = container_dir || (windows_container ? 'c:/packer-files' : undefined);
  if (inside === undefined) return undefined;
  const local = join(tmpdir(), `bake-docker-${randomUUID()}`);
  const entry = journal({ kind: 'path', label: `folder ${local}`, traces: { path: local } });
  const remove = (): Promise<void> => rm(local, { recursive: true, force: true });
  onCleanup(`remove ${local}`, remove, { always: true, entry });
  await mkdir(local, { mode: 0o700 });
  return { local, inside };
}
