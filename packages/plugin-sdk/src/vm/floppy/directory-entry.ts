/** Bytes of an entry in a folder. */
export const entrySize = 32;

/** What a folder says of a file or folder. */
export interface DirectoryEntry {
  /** Eight characters and three, without the dot. */
  readonly shortName: string;
  readonly isFolder: boolean;
  /** The first cluster; 0 for an empty file and for the root. */
  readonly cluster: number;
  readonly size: number;
  /** 1980 if left out. */
  readonly modified: Date | undefined;
}

const folderAttribute = 0x10;
const archiveAttribute = 0x20;
const labelAttribute = 0x08;
const longNameAttribute = 0x0f;
const lastPiece = 0x40;

/** UTF-16 units of the name in an entry for long names, and where they stand. */
const unitsOfPiece = 13;
const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/** The entries of a name: those with the long name, from its end, then the one with the facts. */
export function entriesFor(name: string, entry: DirectoryEntry): readonly Buffer[] {
  if (name === spelled(entry.shortName)) return [encodeEntry(entry)];
  const codes = Array.from({ length: name.length }, (_, index) => name.charCodeAt(index));
  const count = Math.ceil(codes.length / unitsOfPiece);
  const pieces = Array.from({ length: count }, (_, index) => {
    const own = codes.slice(index * unitsOfPiece, (index + 1) * unitsOfPiece);
    const order = index + 1 === count ? count | lastPiece : index + 1;
    return encodePiece(own, order, entry.shortName);
  });
  return [...pieces.reverse(), encodeEntry(entry)];
}

/** The entry of the disk's label. */
export function labelEntry(label: string): Buffer {
  const entry = encodeEntry({
    shortName: label.padEnd(11),
    isFolder: false,
    cluster: 0,
    size: 0,
    modified: undefined,
  });
  entry.writeUInt8(labelAttribute, 11);
  return entry;
}

/** The entry with the facts. */
export function encodeEntry(entry: DirectoryEntry): Buffer {
  const bytes = Buffer.alloc(entrySize);
  bytes.write(entry.shortName, 'latin1');
  bytes.writeUInt8(entry.isFolder ? folderAttribute : archiveAttribute, 11);
  const [date, time] = dateAndTime(entry.modified);
  bytes.writeUInt16LE(time, 14);
  bytes.writeUInt16LE(date, 16);
  bytes.writeUInt16LE(date, 18);
  bytes.writeUInt16LE(time, 22);
  bytes.writeUInt16LE(date, 24);
  bytes.writeUInt16LE(entry.cluster, 26);
  bytes.writeUInt32LE(entry.size, 28);
  return bytes;
}

function encodePiece(codes: readonly number[], order: number, shortName: string): Buffer {
  const bytes = Buffer.alloc(entrySize);
  bytes.writeUInt8(order, 0);
  bytes.writeUInt8(longNameAttribute, 11);
  bytes.writeUInt8(checksumOf(shortName), 13);
  for (const [index, place] of places.entries()) {
    // A zero ends the name, and what is left is filled up.
    const filler = index === codes.length ? 0 : 0xffff;
    bytes.writeUInt16LE(codes[index] ?? filler, place);
  }
  return bytes;
}

/** Ties the entries of a long name to the short one. */
function checksumOf(shortName: string): number {
  return [...Buffer.from(shortName, 'latin1')].reduce(
    (sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff,
    0,
  );
}

/** A short name as it is written, with its dot. */
function spelled(shortName: string): string {
  const [base, ending] = [shortName.slice(0, 8).trimEnd(), shortName.slice(8).trimEnd()];
  return ending === '' ? base : `${base}.${ending}`;
}

/** FAT counts years from 1980 and every other second, in local time. */
function dateAndTime(when: Date | undefined): readonly [date: number, time: number] {
  if (when === undefined || when.getFullYear() < 1980) return [(1 << 5) | 1, 0];
  const year = Math.min(when.getFullYear() - 1980, 127);
  const date = (year << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  return [date, time];
}
