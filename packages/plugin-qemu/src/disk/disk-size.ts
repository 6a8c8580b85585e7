/** Packer's default for `disk_size`. */
export const defaultDiskSize = '40960M';

/** Whether a size is written as `disk_size` takes it: digits and at most one letter. */
export function isDiskSize(text: string): boolean {
  return /^\d+[bkmgt]?$/i.test(text);
}

/** Whether a size is written as qemu-img takes it. */
export function isImageSize(text: string): boolean {
  return /^(0x[\da-f]+|\d+(\.\d+)?[bkmgtpe]?)$/i.test(text);
}

/** With its unit: a bare number means MiB. */
export function withUnit(size: string): string {
  return /^\d+$/.test(size) ? `${size}M` : size;
}

const powers: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4 };

/** Bytes of a size with its unit, of which qemu-img makes whole sectors. */
export function bytesOf(size: string): number {
  const power = powers[size.slice(-1).toLowerCase()] ?? 0;
  return Math.ceil((Number.parseInt(size, 10) * 1024 ** power) / 512) * 512;
}
