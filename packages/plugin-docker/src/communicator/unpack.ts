import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import tar from 'tar-stream';

/** Takes a tar stream that holds one file. */
export interface FileTaker {
  /** Where the tar stream goes. */
  readonly input: Writable;
  /** Resolves when the file was written to the sink, which is not ended; rejects if it is no file. */
  readonly taken: Promise<void>;
}

/** Writes the first file of a tar stream into `sink`. */
export function takeFile(sink: Writable): FileTaker {
  const input = new PassThrough();
  const extract = tar.extract();
  input.pipe(extract);
  const taken = copyFirst(extract, sink).finally(() => input.resume());
  // Whoever waits for it may have failed before.
  taken.catch(() => undefined);
  return { input, taken };
}

async function copyFirst(extract: tar.Extract, sink: Writable): Promise<void> {
  let isFirst = true;
  for await (const entry of extract) {
    if (isFirst && entry.header.type !== 'file') throw new Error('it is not a file');
    // The types of streamx leave out that its streams can be iterated.
    for await (const chunk of entry as unknown as AsyncIterable<Uint8Array>) {
      if (isFirst && !sink.write(chunk)) await once(sink, 'drain');
    }
    isFirst = false;
  }
}
