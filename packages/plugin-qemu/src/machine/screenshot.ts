import { crc32, deflateSync } from 'node:zlib';

/** Eight bits for each of red, green and blue. */
const colourType = 2;

/** Makes a PNG of QEMU's screen dump, which is in the form PPM (`P6`, eight bits a colour). `undefined` for anything else. */
export function pngOf(ppm: Buffer): Buffer | undefined {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(ppm.subarray(0, 100).toString('latin1'));
  if (header === null) return undefined;
  const [width, height] = [Number(header[1]), Number(header[2])];
  const pixels = ppm.subarray(header[0].length);
  const stride = width * 3;
  const rows = Array.from({ length: height }, (_, row) =>
    // Each row begins with the number of its filter: none.
    Buffer.concat([Buffer.from([0]), pixels.subarray(row * stride, (row + 1) * stride)]),
  );
  const facts = Buffer.alloc(13);
  facts.writeUInt32BE(width, 0);
  facts.writeUInt32BE(height, 4);
  facts.set([8, colourType, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', facts),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
