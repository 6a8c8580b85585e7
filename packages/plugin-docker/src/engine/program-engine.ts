import type { Readable } from 'node:stream';
import { commandFailure } from '../messages.ts';
import type { Docker, DockerEnd } from './docker.ts';
import type { CommitWish, Engine, ExecWish } from './engine.ts';
import { type ContainerFacts, inspectContainer } from './inspect.ts';

/** The engine by way of the program. */
export class ProgramEngine implements Engine {
  readonly #docker: Docker;

  constructor(docker: Docker) {
    this.#docker = docker;
  }

  exec(container: string, wish: ExecWish): Promise<DockerEnd> {
    const { words, user, mark, tty, input, signal, onStdout, onStderr } = wish;
    const who = user ? ['--user', user] : [];
    const streams = tty ? '--tty' : '--interactive';
    return this.#docker.attempt(['exec', streams, ...who, '--env', mark, container, ...words], {
      signal,
      ...(input === undefined ? {} : { input }),
      ...(onStdout === undefined ? {} : { onStdout }),
      ...(onStderr === undefined ? {} : { onStderr }),
    });
  }

  unpack(
    container: string,
    folder: string,
    archive: Readable,
    signal: AbortSignal,
  ): Promise<DockerEnd> {
    return this.#docker.attempt(['cp', '-', `${container}:${folder}`], { signal, input: archive });
  }

  facts(container: string, signal: AbortSignal): Promise<ContainerFacts> {
    return inspectContainer(this.#docker, container, signal);
  }

  async processes(container: string, signal: AbortSignal): Promise<number> {
    const list = await this.#docker.text(['top', container], { signal });
    return list.split('\n').filter((line) => !isDefunct(line)).length - 1;
  }

  commit(
    container: string,
    { author, message, changes, name }: CommitWish,
    signal: AbortSignal,
  ): Promise<string> {
    const args = [
      ...(author ? ['--author', author] : []),
      ...changes.flatMap((change) => ['--change', change]),
      ...(message ? ['--message', message] : []),
    ];
    return this.#docker.text(['commit', ...args, container, ...(name ? [name] : [])], {
      signal,
    });
  }

  async remove(container: string, signal: AbortSignal): Promise<void> {
    const end = await this.#docker.attempt(['rm', '--force', '--volumes', container], { signal });
    if (end.exitCode === 0 || isNoContainer(end.complaint)) return;
    throw commandFailure(`${this.#docker.program} rm`, end);
  }
}

/** It has ended, and nobody has asked for its exit code. */
export function isDefunct(line: string): boolean {
  return line.includes('<defunct>');
}

function isNoContainer(complaint: string): boolean {
  return /no such container|no container with/i.test(complaint);
}
