/** A text as it must be within the values of QEMU's flags, where a comma ends it. */
export function quoteValue(text: string): string {
  return text.replaceAll(',', ',,');
}
