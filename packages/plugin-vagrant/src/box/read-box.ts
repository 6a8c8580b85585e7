import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { systemReason } from '@bake/plugin-sdk';
import { noBox } from '../messages.ts';
import { type DiskFacts, diskFacts, headLength } from './disk-facts.ts';

/** What `metadata.json` in a box says. */
export interface BoxMetadata {
  /** `libvirt` and so on; `undefined` if it does not say. */
  readonly provider: string | undefined;
  readonly architecture: string | undefined;
}

/** A file in a box, as far as it was looked at. */
export interface BoxEntry {
  readonly size: number;
  /** Its first bytes, as far as a disk makes itself known by them. */
  readonly head: Buffer;
}

/** A box that was read to its end. */
export interface BoxContents {
  readonly metadata: BoxMetadata;
  /** By name, without `./` in front. */
  readonly entries: ReadonlyMap<string, BoxEntry>;
}

/** Reads `metadata.json` of a box and no further. Throws a `Failure` when the file is no box. */
export async function readMetadata(path: string, signal: AbortSignal): Promise<BoxMetadata> {
  let metadata: BoxMetadata | undefined;
  await walk(path, signal, async (name, entry) => {
    if (name !== metadataName) return true;
    metadata = parseMetadata(path, await buffer(entry));
    return false;
  });
  if (metadata === undefined) throw noBox(path, 'there is no metadata.json in it');
  return metadata;
}

/** Reads a whole box, so that one that was cut off is found out. Throws a `Failure` when the file is no box. */
export async function readBox(path: string, signal: AbortSignal): Promise<BoxContents> {
  let metadata: BoxMetadata | undefined;
  const entries = new Map<string, BoxEntry>();
  await walk(path, signal, async (name, entry, size) => {
    if (name === metadataName) {
      const content = await buffer(entry);
      metadata = parseMetadata(path, content);
      entries.set(name, { size, head: content.subarray(0, headLength) });
    } else {
      entries.set(name, { size, head: await headOf(entry) });
    }
    return true;
  });
  if (metadata === undefined) throw noBox(path, 'there is no metadata.json in it');
  return { metadata, entries };
}

/** What the first bytes of a disk in a box tell; `undefined` if there is no such disk or it is none. */
export function diskIn({ entries }: BoxContents, name: string): DiskFacts | undefined {
  const entry = entries.get(name);
  return entry && diskFacts(entry.head, entry.size);
}

const metadataName = 'metadata.json';

/** Visits one file of a box; whether to go on. */
type Visit = (name: string, entry: Readable, size: number) => Promise<boolean>;

async function walk(path: string, signal: AbortSignal, visit: Visit): Promise<void> {
  const { extract } = await import('tar-stream');
  const unpack = (await isGzip(path)) ? createGunzip() : new PassThrough();
  const archive = extract();
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const feeding = pipeline(source, unpack, archive, { signal });
  // Whoever reads the archive hears of it.
  feeding.catch(() => undefined);
  try {
    for await (const entry of archive) {
      const { name, size = 0, type } = entry.header;
      const isFile = type === 'file' || type === 'contiguous-file';
      const goesOn =
        !isFile || (await visit(name.replace(/^(\.\/)+/, ''), Readable.from(entry), size));
      if (!goesOn) return;
      entry.resume();
    }
    await feeding;
  } catch (error) {
    signal.throwIfAborted();
    throw noBox(path, systemReason(error), error);
  } finally {
    source.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer: start } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return start[0] === 0x1f && start[1] === 0x8b;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw noBox(path, systemReason(error), error);
  }
}

/** The first bytes of a stream, which is read to its end. */
async function headOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    if (length < headLength) pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
  }
  return Buffer.concat(pieces).subarray(0, headLength);
}

function parseMetadata(path: string, content: Buffer): BoxMetadata {
  try {
    const { provider, architecture } = JSON.parse(content.toString()) as Record<string, unknown>;
    return { provider: textOf(provider), architecture: textOf(architecture) };
  } catch (error) {
    throw noBox(path, 'its metadata.json is no JSON', error);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
