const minMatch = 4;
/** A match ends so far before the end of the block at the latest. */
const lastLiterals = 5;
/** A match starts so far before the end of the block at the latest. */
const matchLimit = 12;
const maxOffset = 65_535;
/** Nobody looks for a longer match than this, or files of zeros would take for ever. */
const longEnough = 1024;
const hashBits = 16;

/** Where a block is being written, and how far. */
interface Output {
  readonly bytes: Buffer;
  length: number;
}

/**
 * Compresses one block by itself (LZ4 Block Format). What does not compress grows a little. Of the earlier places
 * where a match may begin, the last `depth` are looked at.
 */
export function compressBlock(block: Buffer, depth: number): Buffer {
  const output: Output = {
    bytes: Buffer.allocUnsafe(block.length + Math.ceil(block.length / 255) + 16),
    length: 0,
  };
  const matches = new Matches(block, depth);
  const end = block.length - matchLimit;
  let anchor = 0;
  let position = 0;
  let misses = 0;
  while (position <= end) {
    const length = matches.find(position);
    if (length === 0) {
      // The longer nothing is found, the faster on.
      position += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    writeSequence(output, block, anchor, position, position - matches.start, length);
    matches.note(position + 1, Math.min(position + length, end + 1));
    position += length;
    anchor = position;
  }
  writeLiterals(output, block, anchor, block.length, 0);
  return output.bytes.subarray(0, output.length);
}

/** Finds what stood in a block before. */
class Matches {
  /** Where the last match that was found begins. */
  start = 0;
  readonly #block: Buffer;
  readonly #depth: number;
  /** The last place of each hash. */
  readonly #seen = new Int32Array(1 << hashBits).fill(-1);
  /** For each place the one before it of the same hash; not kept when one place is enough. */
  readonly #earlier: Int32Array;

  constructor(block: Buffer, depth: number) {
    this.#block = block;
    this.#depth = depth;
    this.#earlier = new Int32Array(depth > 1 ? block.length : 0);
  }

  /** The length of the longest match for what is at `position`; 0 when there is none. */
  find(position: number): number {
    const word = this.#block.readUInt32LE(position);
    let candidate = this.#add(position, word);
    let longest = 0;
    for (let left = this.#depth; left > 0 && candidate >= 0; left -= 1) {
      if (position - candidate > maxOffset) break;
      if (this.#block.readUInt32LE(candidate) === word) {
        const length = matchLength(this.#block, candidate, position);
        if (length > longest) {
          longest = length;
          this.start = candidate;
          if (length >= longEnough) break;
        }
      }
      candidate = this.#earlier[candidate] ?? -1;
    }
    return longest;
  }

  /** Takes down what a match passes over, for those who look deep. */
  note(from: number, to: number): void {
    if (this.#depth === 1) return;
    for (let position = from; position < to; position += 1) {
      this.#add(position, this.#block.readUInt32LE(position));
    }
  }

  /** Gives the place before of the same hash. */
  #add(position: number, word: number): number {
    const hash = Math.imul(word, 2_654_435_761) >>> (32 - hashBits);
    const before = this.#seen[hash] ?? -1;
    this.#seen[hash] = position;
    if (this.#depth > 1) this.#earlier[position] = before;
    return before;
  }
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
