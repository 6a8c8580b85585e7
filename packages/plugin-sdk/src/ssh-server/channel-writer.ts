import type { Readable } from 'node:stream';
import type { ServerChannel } from 'ssh2';

/** Writes both outputs of a command into one channel of a server, one piece at a time, as fast as the client reads. */
export class ChannelWriter {
  readonly #channel: ServerChannel;
  readonly #gone: AbortSignal;
  #turn: Promise<void> = Promise.resolve();

  /** `gone` aborts when the client has gone away. */
  constructor(channel: ServerChannel, gone: AbortSignal) {
    this.#channel = channel;
    this.#gone = gone;
  }

  /** Writes all that comes from a stream. Never rejects. */
  async pump(from: Readable, to: 'stdout' | 'stderr'): Promise<void> {
    try {
      for await (const chunk of from) {
        if (this.#gone.aborted) break;
        await this.write(chunk, to);
      }
    } catch {
      // The pipe broke with its process, whose end is told anyway.
    }
  }

  /** Writes a piece after those before it, and resolves when the client has room for more or is gone. Never rejects. */
  write(chunk: Uint8Array, to: 'stdout' | 'stderr'): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write(chunk, to));
    return this.#turn;
  }

  /** Resolves when all that was written is out. */
  drain(): Promise<void> {
    return this.#turn;
  }

  #write(chunk: Uint8Array, to: 'stdout' | 'stderr'): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone.aborted) return resolve();
      const done = (): void => {
        this.#gone.removeEventListener('abort', done);
        resolve();
      };
      // ssh2 drops what is written to a closed channel without calling back.
      this.#gone.addEventListener('abort', done, { once: true });
      forgetStalledChunk(this.#channel);
      (to === 'stdout' ? this.#channel : this.#channel.stderr).write(chunk, done);
    });
  }
}

/**
 * ssh2 1.17 keeps the last piece of stdout that had to wait for window, and sends it again when later
 * a piece of stderr has to wait.
 */
function forgetStalledChunk(channel: ServerChannel): void {
  Reflect.set(channel, '_chunk', undefined);
  Reflect.set(channel, '_chunkcb', undefined);
}
