import { type Checkpoints, Failure, type TakenCheckpoint, type Traces } from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { findImage, type ImageFacts, inspectImage } from '../engine/inspect.ts';
import { startOf } from './commit.ts';
import type { DockerConfig } from './component.ts';
import { tracesOf } from './place.ts';
import type { Container } from './start-container.ts';

/** Options that provisioners notice nothing of: what the image is, comes in its place, and what becomes of the container later. */
const unnoticed: ReadonlySet<string> = new Set([
  'image',
  'build',
  'pull',
  'commit',
  'export_path',
  'discard',
  'author',
  'message',
  'changes',
  'docker_path',
  ...['login', 'login_server', 'login_username', 'login_password', 'ecr_login'],
  ...['aws_access_key', 'aws_secret_key', 'aws_token', 'aws_profile', 'aws_force_use_public_ecr'],
]);

/** All that makes containers of this config differ for provisioners. */
export function sourceOf(config: DockerConfig, { id }: ImageFacts): Record<string, unknown> {
  const options = Object.entries(config).filter(([name]) => !unnoticed.has(name));
  const user = config.fix_upload_owner ? undefined : [process.getuid?.(), process.getgid?.()];
  return { ...Object.fromEntries(options), image: id, user };
}

/** The image of a checkpoint, if it is in this engine, and still the same one. */
export async function heldImage(
  docker: Docker,
  traces: Traces,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  const here = Object.entries(tracesOf(docker));
  if (here.some(([name, value]) => traces[name] !== value)) return undefined;
  const found = await findImage(docker, String(traces['image']), signal);
  return found?.id === traces['id'] ? found : undefined;
}

/** Keeps states of a container as images. */
export class ContainerCheckpoints implements Checkpoints {
  readonly #container: Container;
  readonly #source: ImageFacts;
  /** Bytes of the image that the container is of, and later of the last checkpoint. */
  #size: number;

  /** How many run in the container without provisioners. */
  readonly #processes: number;

  private constructor(container: Container, source: ImageFacts, size: number, processes: number) {
    this.#container = container;
    this.#source = source;
    this.#size = size;
    this.#processes = processes;
  }

  /** `source` is the image that the template names, `size` that of the one the container is of, which has just been started. */
  static async of(
    container: Container,
    source: ImageFacts,
    size: number,
    signal: AbortSignal,
  ): Promise<ContainerCheckpoints> {
    const processes = await container.engine.processes(container.id, signal);
    return new ContainerCheckpoints(container, source, size, processes);
  }

  traces(id: string): Traces {
    const { docker, id: container } = this.#container;
    return { ...tracesOf(docker), image: nameOf(id), container };
  }

  async take(id: string, signal: AbortSignal): Promise<TakenCheckpoint> {
    const { docker, engine, id: container, facts } = this.#container;
    await assertWhole(this.#container, this.#processes, signal);
    // The engine would finish it after a cancel all the same.
    const { signal: never } = new AbortController();
    const changes = startOf(this.#source, facts, []);
    const image = await engine.commit(container, { name: nameOf(id), changes }, never);
    const { size } = await inspectImage(docker, image, signal);
    const bytes = Math.max(size - this.#size, 0);
    this.#size = size;
    return { traces: { ...tracesOf(docker), image: nameOf(id), id: image }, bytes };
  }
}

function nameOf(id: string): string {
  return `bake-checkpoint:${id}`;
}

/** An image holds neither volumes nor processes: a container that goes on from it would lack them. */
async function assertWhole(
  { engine, id, facts }: Container,
  processes: number,
  signal: AbortSignal,
): Promise<void> {
  const [place] = facts.outside;
  if (place !== undefined) {
    throw new Failure({ summary: `what is in the volume ${place} is in no image` });
  }
  if ((await engine.processes(id, signal)) > processes) {
    throw new Failure({ summary: 'a process that a provisioner started still runs' });
  }
}
