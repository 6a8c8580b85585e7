import { parentPort } from 'node:worker_threads';
import { compressBlock } from './lz4-block.ts';

/** What a worker is asked to compress. */
export interface BlockWork {
  readonly block: Uint8Array;
  readonly depth: number;
}

parentPort?.on('message', ({ block, depth }: BlockWork) => {
  const { buffer, byteOffset, length } = block;
  const packed = new Uint8Array(compressBlock(Buffer.from(buffer, byteOffset, length), depth));
  parentPort?.postMessage(packed, [packed.buffer]);
});
