import { blocksOf, inParallel } from '@bake/plugin-sdk/gzip';
import { compressBlock } from './lz4-block.ts';
import { Lz4Workers } from './lz4-workers.ts';
import { XxHash32 } from './xx-hash32.ts';

const blockSize = 4 << 20;

/** Bytes from which on compressing takes longer than to start a thread. */
const worthThread = 1 << 16;

/** Version 1, blocks that stand alone, checksum of the content; blocks of up to 4 MiB. */
const descriptor = Buffer.from([0x64, 0x70]);

/** Marks a block that is stored as it is. */
const storedFlag = 0x80000000;

/**
 * An LZ4 frame (LZ4 Frame Format 1.6), its blocks compressed in parallel. Each level looks for matches twice as deep as
 * the one below it.
 */
export async function* lz4(
  source: AsyncIterable<Uint8Array>,
  level: number,
): AsyncGenerator<Buffer> {
  const depth = level < 1 ? 1 : 2 ** (level - 1);
  const checksum = new XxHash32();
  async function* summedUp(): AsyncGenerator<Buffer> {
    for await (const block of blocksOf(source, blockSize)) {
      checksum.update(block);
      yield block;
    }
  }
  const workers = new Lz4Workers();
  yield header();
  try {
    yield* inParallel(summedUp(), async (block) => {
      const packed =
        block.length < worthThread
          ? compressBlock(block, depth)
          : await workers.compress(block, depth);
      return framed(block, packed);
    });
  } finally {
    await workers.end();
  }
  yield uint32(0);
  yield uint32(checksum.digest());
}

function framed(block: Buffer, packed: Uint8Array): Buffer {
  const isSmaller = packed.length < block.length;
  const size = isSmaller ? packed.length : (block.length | storedFlag) >>> 0;
  return Buffer.concat([uint32(size), isSmaller ? packed : block]);
}

function header(): Buffer {
  const hash = new XxHash32();
  hash.update(descriptor);
  const check = (hash.digest() >>> 8) & 0xff;
  return Buffer.concat([uint32(0x184d2204), descriptor, Buffer.of(check)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
