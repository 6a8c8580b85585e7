import { BitWriter } from './bit-writer.ts';
import { writeBlock, writeStored } from './deflate-block.ts';
import { deflateBlocks } from './deflate-matches.ts';

/** Text compressed as Packer does it, byte for byte: by the method of Go's compress/gzip, flushed once and then closed. */
export function gzip(text: string): Buffer {
  const { crc32 } = process.getBuiltinModule('node:zlib');
  const bytes = Buffer.from(text);
  const writer = new BitWriter();
  for (const block of deflateBlocks(bytes)) writeBlock(block, writer);
  writeStored(new Uint8Array(), false, writer);
  writeStored(new Uint8Array(), true, writer);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(bytes));
  end.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([header, writer.bytes, end]);
}

/** Of deflated bytes, with neither time nor name, from a system that is not told. */
const header = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
