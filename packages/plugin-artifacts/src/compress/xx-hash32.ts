const prime1 = 2_654_435_761;
const prime2 = 2_246_822_519;
const prime3 = 3_266_489_917;
const prime4 = 668_265_263;
const prime5 = 374_761_393;
const stripe = 16;

/** xxHash of 32 bits with seed 0, fed piece by piece: the checksum of LZ4 frames. */
export class XxHash32 {
  readonly #lanes = new Uint32Array([prime1 + prime2, prime2, 0, -prime1]);
  #rest: Buffer = Buffer.alloc(0);
  #total = 0;

  /** Adds bytes. */
  update(piece: Uint8Array): void {
    const data =
      this.#rest.length === 0
        ? Buffer.from(piece.buffer, piece.byteOffset, piece.length)
        : Buffer.concat([this.#rest, piece]);
    this.#total += piece.length;
    let offset = 0;
    for (; offset + stripe <= data.length; offset += stripe) {
      for (let lane = 0; lane < 4; lane++) {
        const word = data.readUInt32LE(offset + 4 * lane);
        this.#lanes[lane] = round(this.#lanes[lane] ?? 0, word);
      }
    }
    this.#rest = Buffer.from(data.subarray(offset));
  }

  /** The hash of all bytes so far. */
  digest(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#lanes;
    const start =
      this.#total >= stripe ? rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) : prime5;
    return finish(tail((start + this.#total) >>> 0, this.#rest));
  }
}

function round(lane: number, word: number): number {
  return Math.imul(rotate(lane + Math.imul(word, prime2), 13), prime1);
}

function tail(start: number, rest: Buffer): number {
  let hash = start;
  let offset = 0;
  for (; offset + 4 <= rest.length; offset += 4) {
    const word = Math.imul(rest.readUInt32LE(offset), prime3);
    hash = Math.imul(rotate(hash + word, 17), prime4);
  }
  for (; offset < rest.length; offset++) {
    hash = Math.imul(rotate(hash + Math.imul(rest.readUInt8(offset), prime5), 11), prime1);
  }
  return hash;
}

function finish(value: number): number {
  const first = Math.imul(value ^ (value >>> 15), prime2);
  const second = Math.imul(first ^ (first >>> 13), prime3);
  return (second ^ (second >>> 16)) >>> 0;
}

function rotate(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0;
}
