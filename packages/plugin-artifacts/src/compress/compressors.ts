import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Algorithm } from './format.ts';
import { compressByProgram } from './program.ts';

/** One compression, from a stream to a stream. Both are done with afterwards, whatever happens. */
export interface Compression {
  readonly source: Readable;
  readonly sink: Writable;
  /** `undefined`: as it is. */
  readonly algorithm: Algorithm | undefined;
  /** 1 to 9, or -1 for what the algorithm thinks best. */
  readonly level: number;
  readonly signal: AbortSignal;
}

/** Turns pieces of any size into compressed pieces. */
export type Compressor = (
  source: AsyncIterable<Uint8Array>,
  level: number,
) => AsyncIterable<Uint8Array>;

/** Compresses all of `source` into `sink`. */
export async function compress(compression: Compression): Promise<void> {
  const { source, sink, algorithm, level, signal } = compression;
  if (algorithm === undefined) {
    await pipeline(source, sink, { signal });
  } else if (algorithm === 'xz' || algorithm === 'bzip2') {
    await compressByProgram(algorithm, compression);
  } else {
    const compressor = await load(algorithm);
    await pipeline(source, (pieces) => compressor(pieces, level), sink, { signal });
  }
}

async function load(algorithm: 'pgzip' | 'bgzf' | 'lz4'): Promise<Compressor> {
  switch (algorithm) {
    case 'pgzip':
      return (await import('@bake/plugin-sdk/gzip')).gzip;
    case 'bgzf':
      return (await import('./bgzf.ts')).bgzf;
    default:
      return (await import('./lz4-frame.ts')).lz4;
  }
}
