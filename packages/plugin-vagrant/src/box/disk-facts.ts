import { open, stat } from 'node:fs/promises';
import { fileFailure } from '../messages.ts';

/** What the beginning of a disk image tells of it. */
export interface DiskFacts {
  /** Whatever is not qcow2 counts as raw, as for QEMU. */
  readonly format: 'qcow2' | 'raw';
  /** Bytes that the machine sees. */
  readonly virtualSize: number;
  /** It holds only what differs from another image, and is nothing without that. */
  readonly isBacked: boolean;
}

/** How many bytes of an image are needed. */
export const headLength = 32;

/** Reads the head of an image of `size` bytes; `undefined` if it is too short for a disk. */
export function diskFacts(head: Buffer, size: number): DiskFacts | undefined {
  if (size < 512 || head.length < headLength) return undefined;
  const isQcow2 = head.toString('latin1', 0, 4) === 'QFI\u00fb';
  if (!isQcow2) return { format: 'raw', virtualSize: size, isBacked: false };
  // QEMU's description of the format: where the other image is named are the eight bytes at 8, the size those at 24.
  const isBacked = head.readBigUInt64BE(8) !== 0n;
  return { format: 'qcow2', virtualSize: Number(head.readBigUInt64BE(24)), isBacked };
}

/** Looks at an image file. Throws a `Failure` when it cannot be read or is none. */
export async function diskFactsOf(path: string): Promise<DiskFacts> {
  try {
    const { size } = await stat(path);
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(headLength), 0, headLength, 0);
      const facts = diskFacts(buffer, size);
      if (facts === undefined) throw new Error('it is too short for a disk');
      return facts;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure('read', path, error);
  }
}
