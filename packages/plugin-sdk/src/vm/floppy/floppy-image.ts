import { Failure } from '../../failure.ts';
import {
  type DirectoryEntry,
  encodeEntry,
  entriesFor,
  entrySize,
  labelEntry,
} from './directory-entry.ts';
import { shortNameFor } from './short-name.ts';

/** A 3.5 inch disk of 1440 KiB with FAT12, as mkfs and every BIOS know it. */
const sectorSize = 512;
const sectors = 2880;
const fatSectors = 9;
const rootEntries = 224;
const rootSector = 1 + 2 * fatSectors;
const dataSector = rootSector + (rootEntries * entrySize) / sectorSize;
/** A cluster is a sector; the first has number 2. */
const firstCluster = 2;
const clusters = sectors - dataSector;
const endOfChain = 0xfff;

interface Folder {
  readonly kind: 'folder';
  readonly children: Map<string, Node>;
}

interface File {
  readonly kind: 'file';
  readonly content: Buffer;
  readonly modified: Date | undefined;
}

type Node = Folder | File;

/** A floppy disk in the making (Microsoft: FAT specification, 1.03). The same files give the same bytes. */
export class FloppyImage {
  /** How many bytes of files fit when they are in its root and fill their clusters. */
  static readonly capacity: number = clusters * sectorSize;

  readonly #label: string;
  readonly #root: Folder = { kind: 'folder', children: new Map() };
  readonly #image: Buffer = Buffer.alloc(sectors * sectorSize);
  readonly #chains: number[] = [0xff0, endOfChain];

  constructor(label: string) {
    this.#label = label;
  }

  /** Adds a folder, by its path with slashes, and those above it. Throws a `Failure` where a file is. */
  addFolder(path: string): void {
    this.#folderAt(path);
  }

  /** Adds a file; one of the same name gives way. Without `modified` it is from 1980, FAT's first day. */
  addFile(path: string, content: Buffer, modified?: Date): void {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const { children } = this.#folderAt(path.slice(0, Math.max(slash, 0)));
    const other = nameLike(name, children);
    if (other !== undefined && (other !== name || children.get(other)?.kind === 'folder')) {
      throw sameName(path, other);
    }
    children.set(name, { kind: 'file', content, modified });
  }

  /** The whole disk. Throws a `Failure` when not all fits. */
  bytes(): Buffer {
    const entries = this.#entriesOf(this.#root, 0);
    const root = Buffer.concat([labelEntry(this.#label), ...entries]);
    if (root.length > rootEntries * entrySize) throw tooManyNames();
    root.copy(this.#image, rootSector * sectorSize);
    this.#writeBootSector();
    this.#writeFats();
    return this.#image;
  }

  /** What to say when files of so many bytes do not fit. */
  static tooSmall(bytes: number): Failure {
    return new Failure({
      summary: `The files do not fit on the floppy disk: ${bytes} bytes, and there is room for ${FloppyImage.capacity}`,
      detail: 'Put them on a CD with "cd_files", or serve large ones with "http_directory".',
    });
  }

  #folderAt(path: string): Folder {
    let folder = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      const there = nameLike(name, folder.children);
      const next: Node = (there === undefined ? undefined : folder.children.get(there)) ?? {
        kind: 'folder',
        children: new Map(),
      };
      if (next.kind === 'file') throw sameName(path, name);
      if (there === undefined) folder.children.set(name, next);
      folder = next;
    }
    return folder;
  }

  /** Writes all below a folder and gives the entries for it; `self` is its first cluster, 0 for the root. */
  #entriesOf({ children }: Folder, self: number): readonly Buffer[] {
    const taken = new Set<string>();
    const entries: Buffer[] = [];
    for (const [name, node] of children) {
      const shortName = shortNameFor(name, taken);
      taken.add(shortName);
      const place = node.kind === 'file' ? this.#writeFile(node) : this.#writeFolder(node, self);
      entries.push(...entriesFor(name, { shortName, ...place }));
    }
    return entries;
  }

  #writeFile({ content, modified }: File): Omit<DirectoryEntry, 'shortName'> {
    const cluster = content.length === 0 ? 0 : this.#allocate(content.length);
    if (cluster > 0) this.#write(content, cluster);
    return { isFolder: false, cluster, size: content.length, modified };
  }

  #writeFolder(folder: Folder, parent: number): Omit<DirectoryEntry, 'shortName'> {
    const cluster = this.#allocate(folderSize(folder));
    const place = { isFolder: true, size: 0, modified: undefined };
    const dots = [
      encodeEntry({ ...place, shortName: '.'.padEnd(11), cluster }),
      encodeEntry({ ...place, shortName: '..'.padEnd(11), cluster: parent }),
    ];
    this.#write(Buffer.concat([...dots, ...this.#entriesOf(folder, cluster)]), cluster);
    return { ...place, cluster };
  }

  /** Takes clusters for so many bytes, one after the other; gives the first. */
  #allocate(bytes: number): number {
    const first = this.#chains.length;
    const count = Math.ceil(bytes / sectorSize);
    if (first + count > firstCluster + clusters) throw FloppyImage.tooSmall(this.#needed());
    for (let index = 1; index <= count; index += 1) {
      this.#chains.push(index === count ? endOfChain : first + index);
    }
    return first;
  }

  #write(content: Buffer, cluster: number): void {
    content.copy(this.#image, (dataSector + cluster - firstCluster) * sectorSize);
  }

  /** Bytes of all clusters that all files and folders need. */
  #needed(): number {
    const sizeOf = (node: Node): number => {
      if (node.kind === 'file') return Math.ceil(node.content.length / sectorSize) * sectorSize;
      const own = Math.ceil(folderSize(node) / sectorSize) * sectorSize;
      return [...node.children.values()].reduce((sum, child) => sum + sizeOf(child), own);
    };
    return sizeOf(this.#root) - Math.ceil(folderSize(this.#root) / sectorSize) * sectorSize;
  }

  #writeBootSector(): void {
    const boot = this.#image;
    // Jumps to a call of the BIOS that goes on with the next disk.
    Buffer.of(0xeb, 0x3c, 0x90).copy(boot);
    Buffer.of(0xcd, 0x18, 0xeb, 0xfe).copy(boot, 0x3e);
    boot.write('MSWIN4.1', 3, 'latin1');
    boot.writeUInt16LE(sectorSize, 11);
    boot.writeUInt8(1, 13); // sectors of a cluster
    boot.writeUInt16LE(1, 14); // sectors before the first FAT
    boot.writeUInt8(2, 16); // FATs
    boot.writeUInt16LE(rootEntries, 17);
    boot.writeUInt16LE(sectors, 19);
    boot.writeUInt8(0xf0, 21); // kind of medium
    boot.writeUInt16LE(fatSectors, 22);
    boot.writeUInt16LE(18, 24); // sectors of a track
    boot.writeUInt16LE(2, 26); // heads
    boot.writeUInt8(0x29, 38); // serial number, label and type follow
    boot.writeUInt32LE(0xba6e_0001, 39);
    boot.write(this.#label.padEnd(11), 43, 'latin1');
    boot.write('FAT12   ', 54, 'latin1');
    boot.writeUInt16LE(0xaa55, 510);
  }

  /** Two copies; entries are 12 bits, two of them in three bytes. */
  #writeFats(): void {
    const fat = Buffer.alloc(fatSectors * sectorSize);
    for (const [index, next] of this.#chains.entries()) {
      const at = Math.floor(index * 1.5);
      const shifted = index % 2 === 0 ? next : next << 4;
      fat.writeUInt16LE(fat.readUInt16LE(at) | shifted, at);
    }
    fat.copy(this.#image, sectorSize);
    fat.copy(this.#image, (1 + fatSectors) * sectorSize);
  }
}

/** Bytes of a folder's own entries, with the two that lead to itself and up. */
function folderSize({ children }: Folder): number {
  const taken = new Set<string>();
  let size = 2 * entrySize;
  for (const name of children.keys()) {
    const shortName = shortNameFor(name, taken);
    taken.add(shortName);
    const place = { shortName, isFolder: false, cluster: 0, size: 0, modified: undefined };
    size += entriesFor(name, place).length * entrySize;
  }
  return size;
}

/** The name that is the same to FAT, which does not tell capital from small letters. */
function nameLike(name: string, children: ReadonlyMap<string, Node>): string | undefined {
  const wanted = name.toUpperCase();
  return [...children.keys()].find((there) => there.toUpperCase() === wanted);
}

function sameName(path: string, other: string): Failure {
  return new Failure({
    summary: `"${path}" cannot be on the floppy disk, since "${other}" is there`,
    detail:
      'Names that differ in capital and small letters alone are the same there. Rename one of them.',
  });
}

function tooManyNames(): Failure {
  return new Failure({
    summary: 'There are too many files in the root of the floppy disk',
    detail:
      'It has 224 entries; a long name takes several. Put the files into a folder with "floppy_dirs".',
  });
}
