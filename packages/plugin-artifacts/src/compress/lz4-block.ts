const minMatch = 4;
/** A match ends so far before the end of the block at the latest. */
const lastLiterals = 5;
/** A match starts so far before the end of the block at the latest. */
const matchLimit = 12;
const maxOffset = 65_535;
const hashBits = 16;

/** Where a block is being written, and how far. */
interface Output {
  readonly bytes: Buffer;
  length: number;
}

/** Compresses one block by itself (LZ4 Block Format). What does not compress grows a little. */
export function compressBlock(block: Buffer): Buffer {
  const output: Output = {
    bytes: Buffer.allocUnsafe(block.length + Math.ceil(block.length / 255) + 16),
    length: 0,
  };
  const seen = new Int32Array(1 << hashBits).fill(-1);
  const end = block.length - matchLimit;
  let anchor = 0;
  let position = 0;
  let misses = 0;
  while (position <= end) {
    const word = block.readUInt32LE(position);
    const hash = Math.imul(word, 2_654_435_761) >>> (32 - hashBits);
    const candidate = seen[hash] ?? -1;
    seen[hash] = position;
    const matches =
      candidate >= 0 && position - candidate <= maxOffset && block.readUInt32LE(candidate) === word;
    if (!matches) {
      // The longer nothing is found, the faster on.
      position += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    const length = matchLength(block, candidate, position);
    writeSequence(output, block, anchor, position, position - candidate, length);
    position += length;
    anchor = position;
  }
  writeLiterals(output, block, anchor, block.length, 0);
  return output.bytes.subarray(0, output.length);
}

function matchLength(block: Buffer, candidate: number, position: number): number {
  const limit = block.length - lastLiterals;
  let length = minMatch;
  while (position + length < limit && block[candidate + length] === block[position + length]) {
    length++;
  }
  return length;
}

/** Literals from `anchor` to `position`, then a match of `length` bytes `offset` back. */
function writeSequence(
  output: Output,
  block: Buffer,
  anchor: number,
  position: number,
  offset: number,
  length: number,
): void {
  const extra = length - minMatch;
  writeLiterals(output, block, anchor, position, Math.min(extra, 15));
  output.length = output.bytes.writeUInt16LE(offset, output.length);
  if (extra >= 15) {
    writeLength(output, extra - 15);
  }
}

/** The token with both lengths, and the literals. */
function writeLiterals(
  output: Output,
  block: Buffer,
  start: number,
  end: number,
  match: number,
): void {
  const count = end - start;
  output.bytes[output.length++] = (Math.min(count, 15) << 4) | match;
  if (count >= 15) {
    writeLength(output, count - 15);
  }
  output.length += block.copy(output.bytes, output.length, start, end);
}

function writeLength(output: Output, length: number): void {
  let rest = length;
  while (rest >= 255) {
    output.bytes[output.length++] = 255;
    rest -= 255;
  }
  output.bytes[output.length++] = rest;
}
