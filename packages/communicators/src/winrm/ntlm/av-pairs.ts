/** What a target info says of one thing (AV_PAIR, MS-NLMP 2.2.2.1). */
export interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

/** Those AV_PAIRs that we care about. */
export const avIds = { end: 0, flags: 6, timestamp: 7, channelBindings: 10 } as const;

/** In the value of `flags`: the AUTHENTICATE message has a MIC. */
export const hasMic = 2;

/** Reads a target info up to its end. Throws a `RangeError` when it is cut short. */
export function readAvPairs(bytes: Buffer): readonly AvPair[] {
  const pairs: AvPair[] = [];
  for (let at = 0; at < bytes.length; ) {
    const id = bytes.readUInt16LE(at);
    if (id === avIds.end) break;
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) throw new RangeError('a target info that is cut short');
    pairs.push({ id, value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return pairs;
}

/** The pairs with their end. */
export function writeAvPairs(pairs: readonly AvPair[]): Buffer {
  const pieces = pairs.map(({ id, value }) =>
    Buffer.concat([uint16(id), uint16(value.length), value]),
  );
  return Buffer.concat([...pieces, Buffer.alloc(4)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
