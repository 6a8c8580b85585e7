import { extract, type Header } from 'tar-stream';

/** An entry of a tar as tests compare it. */
export type TarEntry = Pick<Header, 'name' | 'mode' | 'size' | 'mtime'> & {
  readonly content: string;
};

/** Reads a tar. */
export async function tarEntries(tar: Buffer): Promise<TarEntry[]> {
  const reader = extract();
  reader.end(tar);
  const entries: TarEntry[] = [];
  for await (const entry of reader) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) {
      pieces.push(piece as Buffer);
    }
    const { name, mode, size, mtime } = entry.header;
    entries.push({ name, mode, size, mtime, content: Buffer.concat(pieces).toString() });
  }
  return entries;
}
