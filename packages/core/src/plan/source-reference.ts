/** A reference such as `source.null.base` or `null.base`, taken apart. */
export interface SourceReference {
  readonly type: string;
  readonly name: string;
}

/**
 * Reads a source reference as Packer does: two parts are type and name; of three or more, the first is
 * dropped and the next two count. `undefined` when there are fewer.
 */
export function parseSourceReference(text: string): SourceReference | undefined {
  const parts = text.split('.');
  const [type, name] = parts.length > 2 ? parts.slice(1, 3) : parts;
  if (type === undefined || name === undefined) return undefined;
  return { type, name };
}
