import { availableParallelism } from 'node:os';

/** Cuts a stream into blocks of exactly `size` bytes; the last one may be shorter. */
export async function* blocksOf(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    let rest = piece;
    while (length + rest.length >= size) {
      const taken = size - length;
      waiting.push(rest.subarray(0, taken));
      yield Buffer.concat(waiting, size);
      rest = rest.subarray(taken);
      waiting = [];
      length = 0;
    }
    if (rest.length > 0) {
      waiting.push(rest);
      length += rest.length;
    }
  }
  if (length > 0) {
    yield Buffer.concat(waiting, length);
  }
}

/** Works on several items at a time, one per processor, and gives the results in the items' order. */
export async function* inParallel<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      running.push(work(item));
      if (running.length > availableParallelism()) {
        yield await (running.shift() as Promise<R>);
      }
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) {
      yield await next;
    }
  } finally {
    // After a failure nobody asks for the others: their failures must not go unhandled.
    await Promise.allSettled(running);
  }
}
