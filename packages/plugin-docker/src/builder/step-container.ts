import { setTimeout as wait } from 'node:timers/promises';
import type { Docker } from '../engine/docker.ts';

/** How often the engine is asked, in milliseconds, and how many times. */
const pause = 100;
const patience = 50;

/** Such a line tells of each container, without BuildKit. */
const running = /---> Running in ([0-9a-f]{12})\s/g;

/** The container in which the engine runs a step of a Dockerfile, known by what `docker build` prints. */
export class StepContainer {
  readonly #decoder = new TextDecoder();
  #tail = '';
  #id: string | undefined;

  /** Reads on in the output. */
  read(chunk: Uint8Array): void {
    const text = this.#tail + this.#decoder.decode(chunk, { stream: true });
    this.#id = [...text.matchAll(running)].at(-1)?.[1] ?? this.#id;
    this.#tail = text.slice(-100);
  }

  /** Waits until the engine has removed it, as it does a while after a cancel; if that does not come, removes it. */
  async gone(docker: Docker, signal: AbortSignal): Promise<void> {
    if (this.#id === undefined) return;
    for (let asked = 0; asked < patience; asked += 1) {
      const { exitCode } = await docker.attempt(['container', 'inspect', this.#id], { signal });
      if (exitCode !== 0) return;
      await wait(pause, undefined, { signal });
    }
    await docker.run(['rm', '--force', this.#id], { signal });
  }
}
