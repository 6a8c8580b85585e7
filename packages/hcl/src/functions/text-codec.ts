/** Reads and writes one text encoding; `undefined` for what it can't represent. */
export interface TextCodec {
  encode(text: string): Uint8Array | undefined;
  decode(bytes: Uint8Array): string | undefined;
}
