/** Whether QEMU itself is to read an image from a server (`iso_skip_cache`). */
export function isRemote(source: string): boolean {
  return /^https?:/i.test(source);
}
