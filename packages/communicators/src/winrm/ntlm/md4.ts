const shifts = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;

const constants = [0, 0x5a827999, 0x6ed9eba1] as const;

/** In which order each round takes the words of a block. */
const orders = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;

/** The MD4 digest (RFC 1320) of some bytes. OpenSSL 3 has it only in a provider that Node does not load. */
export function md4(bytes: Uint8Array): Buffer {
  const padded = pad(bytes);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < padded.length; at += 64) {
    const mixed = mix(state, padded.subarray(at, at + 64));
    state = state.map((word, index) => (word + (mixed[index] as number)) | 0);
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of state.entries()) digest.writeInt32LE(word | 0, index * 4);
  return digest;
}

/** A one bit, zeros, and the length in bits: whole blocks of 64 bytes. */
function pad(bytes: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(bytes.length) * 8n, padded.length - 8);
  return padded;
}

function mix(state: readonly number[], block: Buffer): readonly number[] {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (const [round, order] of orders.entries()) {
    for (const [step, word] of order.entries()) {
      const sum =
        a + combine(round, b, c, d) + block.readInt32LE(word * 4) + (constants[round] ?? 0);
      const turned = rotate(sum | 0, shifts[round]?.[step % 4] as number);
      [a, b, c, d] = [d, turned, b, c];
    }
  }
  return [a, b, c, d];
}

function combine(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  return round === 1 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
