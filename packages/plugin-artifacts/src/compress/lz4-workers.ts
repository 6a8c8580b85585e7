import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { BlockWork } from './lz4-worker.ts';

/** Threads that compress blocks, as many as blocks are worked on at a time. */
export class Lz4Workers {
  readonly #all: Worker[] = [];
  readonly #idle: Worker[] = [];

  /** How many there are so far. */
  get size(): number {
    return this.#all.length;
  }

  /** What `compressBlock` makes of a block, in a thread of its own. */
  async compress(block: Uint8Array, depth: number): Promise<Uint8Array> {
    const worker = this.#idle.pop() ?? this.#start();
    const packed = await answerOf(worker, { block, depth });
    this.#idle.push(worker);
    return packed;
  }

  /** Ends all threads. */
  async end(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #start(): Worker {
    // Found by the package's name, because a thread takes the built file only.
    const program = createRequire(import.meta.url).resolve('@bake/plugin-artifacts/lz4-worker');
    const worker = new Worker(program, { execArgv: [] });
    this.#all.push(worker);
    return worker;
  }
}

function answerOf(worker: Worker, work: BlockWork): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      worker.off('message', onMessage).off('error', onError);
      end();
    };
    const onMessage = (packed: Uint8Array): void => settle(() => resolve(packed));
    const onError = (error: Error): void => settle(() => reject(error));
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(work);
  });
}
