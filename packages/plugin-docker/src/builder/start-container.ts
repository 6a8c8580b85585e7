import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildContext, defineStep, delayedSignal } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { type Engine, reachContainer } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/inspect.ts';
import { ProgramEngine } from '../engine/program-engine.ts';
import { nameTaken, notDetached } from '../messages.ts';
import type { DockerConfig } from './component.ts';
import { tracesOf } from './place.ts';
import { idleArguments, runArguments } from './run-arguments.ts';

/** What to start a container of. */
export interface ContainerWish {
  readonly docker: Docker;
  readonly config: DockerConfig;
  readonly image: string;
  /** It need not run: there is nothing left to be done in it. */
  readonly isIdle: boolean;
}

/** A container that was started. */
export interface Container {
  readonly docker: Docker;
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly engine: Engine;
  readonly facts: ContainerFacts;
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
  async run({ docker, config, image, isIdle }, context) {
    const { ui, signal, journal, onCleanup, build } = context;
    const shared = await shareFolder(config, context);
    const wish = {
      image,
      name: `bake-${build.sourceName}-${randomUUID()}`,
      shared: shared === undefined ? undefined : ([shared.local, shared.inside] as const),
    };
    const { args, name } = isIdle ? idleArguments(wish) : runArguments(config, wish, context);
    if (name !== wish.name) await assertFree(docker, name, signal);
    ui.say(isIdle ? 'Making a docker container...' : 'Starting docker container...');
    ui.say(`Run command: ${docker.program} ${args.join(' ')}`);
    const traces = { ...tracesOf(docker), name };
    const entry = journal({ kind: 'container', label: `container ${name}`, traces });
    let id: string | undefined;
    let engine: Engine = new ProgramEngine(docker);
    const remove = (later: AbortSignal): Promise<void> => {
      ui.say(`Killing the container: ${id ?? name}`);
      return engine.remove(id ?? name, later);
    };
    onCleanup(`remove the container ${name}`, remove, { entry });
    const printed = await docker.text(args, { signal: delayedSignal(signal, startPatience) });
    // What a command prints could be the name of somebody's container.
    if (!/^[0-9a-f]{64}$/.test(printed)) throw notDetached(name, printed);
    id = printed;
    entry.learn({ id });
    signal.throwIfAborted();
    ui.say(`Container ID: ${id}`);
    const reached = await reachContainer(docker, id, signal);
    ({ engine } = reached);
    return { docker, id, shared, ...reached };
  },
});

/** A container that is somebody's must not be taken for ours, as ours is removed at the end. */
async function assertFree(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  const { exitCode } = await docker.attempt(['container', 'inspect', '--', name], { signal });
  if (exitCode === 0) throw nameTaken(name);
}

/**
 * Milliseconds that a container may go on starting after a cancel. Were the program ended at once, the engine could make
 * the container after it was looked for.
 */
const startPatience = 5000;

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
