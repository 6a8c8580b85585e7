import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { blocksOf, inParallel } from '@bake/plugin-sdk/gzip';

const deflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);

/** So much that a block that does not compress still fits into 64 KiB (SAM specification, 4.1). */
const blockSize = 0xff00;
const headerSize = 18;
const trailerSize = 8;

/** gzip in blocks of their own, each with its length in its header, so that readers can jump. */
export async function* bgzf(
  source: AsyncIterable<Uint8Array>,
  level: number,
): AsyncGenerator<Buffer> {
  yield* inParallel(blocksOf(source, blockSize), (block) => member(block, level));
  // An empty block tells that nothing is missing.
  yield await member(Buffer.alloc(0), level);
}

async function member(block: Buffer, level: number): Promise<Buffer> {
  const packed = await deflate(block, { level });
  const fits = packed.length + headerSize + trailerSize <= 1 << 16;
  const body = fits ? packed : await deflate(block, { level: 0 });
  const header = Buffer.from([31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67, 2, 0, 0, 0]);
  header.writeUInt16LE(headerSize + body.length + trailerSize - 1, 16);
  const trailer = Buffer.alloc(trailerSize);
  trailer.writeUInt32LE(zlib.crc32(block), 0);
  trailer.writeUInt32LE(block.length, 4);
  return Buffer.concat([header, body, trailer]);
}
