import type { Readable } from 'node:stream';
import { type EngineAddress, plainAddress } from './address.ts';
import type { Docker, DockerEnd } from './docker.ts';
import type { ContainerFacts } from './inspect.ts';
import { ProgramEngine } from './program-engine.ts';

/** A command to run in a container. */
export interface ExecWish {
  readonly words: readonly string[];
  readonly user: string | undefined;
  /** A variable of the command, `NAME=value`. */
  readonly mark: string;
  readonly tty: boolean;
  /** What the command reads; nothing without. */
  readonly input?: Readable | string;
  readonly signal: AbortSignal;
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
}

/** How to make an image of a container. */
export interface CommitWish {
  readonly author?: string;
  readonly message?: string;
  /** Dockerfile instructions. */
  readonly changes: readonly string[];
  /** What the image is called, `NAME:TAG`; nothing without. */
  readonly name?: string;
}

/**
 * What a build asks of the engine about its container, over and over: by the program, or by the engine's API, which
 * takes half the time. All reject with a `Failure` when the engine does not answer.
 */
export interface Engine {
  /** Runs a command to its end; the exit code is the command's, or says that there was none to run. */
  exec(container: string, wish: ExecWish): Promise<DockerEnd>;
  /** Unpacks a tar stream in a folder of the container. */
  unpack(
    container: string,
    folder: string,
    archive: Readable,
    signal: AbortSignal,
  ): Promise<DockerEnd>;
  facts(container: string, signal: AbortSignal): Promise<ContainerFacts>;
  /** How many processes run in it. */
  processes(container: string, signal: AbortSignal): Promise<number>;
  /** Gives the ID of the image. */
  commit(container: string, wish: CommitWish, signal: AbortSignal): Promise<string>;
  /** Removes a container with the volumes that it made. That it is not there is fine. */
  remove(container: string, signal: AbortSignal): Promise<void>;
}

/** A way to the engine, and what it says of a container. */
export interface ReachedContainer {
  readonly engine: Engine;
  readonly facts: ContainerFacts;
}

/**
 * The quickest way to a container that the program has started. By the API only if it shows that very container:
 * what is called `docker` may be another program, or a script that goes somewhere else.
 */
export async function reachContainer(
  docker: Docker,
  container: string,
  signal: AbortSignal,
): Promise<ReachedContainer> {
  const address = docker.program === 'docker' ? plainAddress(docker.environment) : undefined;
  const byApi = address && (await tryApi(address, docker, container, signal));
  if (byApi !== undefined) return byApi;
  const engine = new ProgramEngine(docker);
  return { engine, facts: await engine.facts(container, signal) };
}

async function tryApi(
  address: EngineAddress,
  docker: Docker,
  container: string,
  signal: AbortSignal,
): Promise<ReachedContainer | undefined> {
  const { ApiEngine } = await import('./api-engine.ts');
  const engine = new ApiEngine(address, docker.program);
  try {
    return { engine, facts: await engine.facts(container, signal) };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
