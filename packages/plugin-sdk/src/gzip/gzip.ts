import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { blocksOf, inParallel } from './blocks.ts';

const deflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);

const blockSize = 1 << 20;
/** How far back deflate can look. */
const windowSize = 1 << 15;

/** No name, no time, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block of deflate. */
const lastBlock = Buffer.from([3, 0]);

/**
 * One gzip member whose blocks are compressed in parallel: each starts with what the one before ended
 * with as dictionary and ends at a byte.
 */
export async function* gzip(
  source: AsyncIterable<Uint8Array>,
  level: number,
): AsyncGenerator<Buffer> {
  let checksum = 0;
  let size = 0;
  async function* withDictionaries(): AsyncGenerator<{ block: Buffer; dictionary: Buffer }> {
    let dictionary: Buffer = Buffer.alloc(0);
    for await (const block of blocksOf(source, blockSize)) {
      checksum = zlib.crc32(block, checksum);
      size += block.length;
      yield { block, dictionary };
      dictionary = block.subarray(-windowSize);
    }
  }
  yield header;
  yield* inParallel(withDictionaries(), ({ block, dictionary }) =>
    deflate(block, {
      level,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    }),
  );
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield Buffer.concat([lastBlock, trailer]);
}
