import type { Readable } from 'node:stream';

/** Bytes that are held before the sender has to wait. */
const room = 1 << 20;

/**
 * What comes of a body, from the moment that this is made. A stream throws away what nobody has read when its connection breaks
 * off; here all that has come is given first, and then the error. (Of a sender that had to wait, what is in the stream is lost.)
 */
export class Arrivals implements AsyncIterable<Buffer> {
  readonly #body: Readable;
  readonly #chunks: Buffer[] = [];
  #held = 0;
  #end: { readonly error?: unknown } | undefined;
  #wake = (): void => undefined;

  constructor(body: Readable) {
    this.#body = body;
    body.on('data', (chunk: Buffer) => this.#take(chunk));
    body.on('end', () => this.#finish({}));
    body.on('error', (error) => this.#finish({ error }));
    body.on('close', () => this.#finish({ error: new Error('the connection was closed') }));
  }

  /** Ends with the body; rejects with what ended it before. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#held -= chunk.length;
        if (this.#held < room) this.#body.resume();
        yield chunk;
      } else if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held >= room) this.#body.pause();
    this.#wake();
  }

  #finish(end: { readonly error?: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }
}
