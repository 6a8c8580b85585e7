/** Unpacks an LZ4 frame of blocks that stand alone, without looking at checksums. */
export function lz4Decode(frame: Buffer): Buffer {
  const blocks: Buffer[] = [];
  let at = 7;
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    const length = size & 0x7fffffff;
    const body = frame.subarray(at + 4, at + 4 + length);
    blocks.push(size >>> 31 === 1 ? body : decodeBlock(body));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function decodeBlock(body: Buffer): Buffer {
  const out: number[] = [];
  let at = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; ) {
      byte = body.readUInt8(at++);
      total += byte;
    }
    return total;
  };
  while (at < body.length) {
    const token = body.readUInt8(at++);
    for (let count = length(token >> 4); count > 0; count--) {
      out.push(body.readUInt8(at++));
    }
    if (at < body.length) {
      const offset = body.readUInt16LE(at);
      at += 2;
      for (let count = length(token & 15) + 4; count > 0; count--) {
        out.push(out[out.length - offset] as number);
      }
    }
  }
  return Buffer.from(out);
}
