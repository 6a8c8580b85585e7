/** The kinds of checksum that Packer knows, by the number of their hexadecimal digits. */
const algorithms: Readonly<Record<number, Algorithm>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
  128: 'sha512',
};

/** How a checksum is computed. */
export type Algorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

/** What a file must have for its checksum. */
export interface Checksum {
  readonly algorithm: Algorithm;
  /** In small letters. */
  readonly hex: string;
}

/** What `iso_checksum` says: nothing is checked, a checksum, or a file or URL in which it stands. */
export type ChecksumOption =
  | { readonly kind: 'none' }
  | { readonly kind: 'checksum'; readonly checksum: Checksum }
  | { readonly kind: 'file'; readonly source: string };

/**
 * Reads a checksum as Packer writes it: `none`, `sha256:HEX`, `HEX` whose length tells its kind, or
 * `file:PATH` or `file:URL`. Gives what is wrong with it, as the end of a sentence, if it is none.
 */
export function parseChecksumOption(text: string): ChecksumOption | string {
  if (text === 'none') return { kind: 'none' };
  const [, type, rest = ''] = /^([a-z\d]+):(.*)$/is.exec(text) ?? [];
  if (type === undefined) {
    const checksum = checksumOf(text);
    return checksum === undefined ? noChecksum(text) : { kind: 'checksum', checksum };
  }
  if (type.toLowerCase() === 'file') return { kind: 'file', source: rest };
  const checksum = checksumOf(rest);
  if (!Object.values<string>(algorithms).includes(type.toLowerCase())) {
    return `"${type}" is no kind of checksum that it can be`;
  }
  if (checksum?.algorithm === type.toLowerCase()) return { kind: 'checksum', checksum };
  return checksum === undefined
    ? noChecksum(rest)
    : `it has as many digits as ${checksum.algorithm}, not ${type}`;
}

/** A checksum by its digits; `undefined` when they are none or not as many as any kind has. */
export function checksumOf(digits: string): Checksum | undefined {
  const algorithm = /^[\da-f]+$/i.test(digits) ? algorithms[digits.length] : undefined;
  return algorithm && { algorithm, hex: digits.toLowerCase() };
}

function noChecksum(text: string): string {
  if (!/^[\da-f]*$/i.test(text)) return 'it is not written in hexadecimal digits';
  return `it has ${text.length} digits, where md5 has 32, sha1 40, sha256 64 and sha512 128`;
}

/** As Packer writes it (`sha256:0a1b...`); its cache goes by that. */
export function checksumText({ algorithm, hex }: Checksum): string {
  return `${algorithm}:${hex}`;
}

/**
 * The checksum of a file in the text of a checksum file: lines as of `sha256sum` (`HEX  name`, `HEX *name`), as
 * of BSD's tools (`SHA256 (name) = HEX`), or one that is nothing but digits. The first that fits counts.
 */
export function findChecksum(text: string, fileName: string): Checksum | undefined {
  for (const line of text.split(/\r?\n/)) {
    const entry = readEntry(line.trim());
    if (entry === undefined) continue;
    if (entry.name === undefined || baseName(entry.name) === fileName) return entry.checksum;
  }
  return undefined;
}

function readEntry(
  line: string,
): { readonly checksum: Checksum; readonly name?: string } | undefined {
  const [, bsdName, bsdDigits] = /^[A-Z\d-]+ ?\((.+)\) ?= ?([\da-f]+)$/i.exec(line) ?? [];
  const [, digits, name] = /^\\?([\da-f]+)(?:[ \t]+[*?^ ]?(.+))?$/i.exec(line) ?? [];
  const checksum = checksumOf(bsdDigits ?? digits ?? '');
  if (checksum === undefined) return undefined;
  const found = bsdName ?? name;
  return found === undefined ? { checksum } : { checksum, name: found };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
