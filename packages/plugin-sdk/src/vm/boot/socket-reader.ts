import type { Socket } from 'node:net';

/** Reads from a socket by the number of bytes. */
export class SocketReader {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #problem: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#take);
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('it closed the connection')));
  }

  /** The next bytes, as soon as they are all there. Rejects when the connection ends before. */
  async read(length: number): Promise<Buffer> {
    while (this.#pending.length < length) {
      if (this.#problem !== undefined) throw this.#problem;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return bytes;
  }

  /** From now on what comes is thrown away. */
  discard(): void {
    this.#socket.off('data', this.#take);
    this.#socket.resume();
  }

  readonly #take = (chunk: Buffer): void => {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    this.#wake();
  };

  #end(problem: Error): void {
    this.#problem ??= problem;
    this.#wake();
  }
}
