/** Collects bits, the lowest first, as the deflate format packs them into bytes. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** The `count` lowest bits of `value`, at most 16. */
  write(value: number, count: number): void {
    this.#pending |= value << this.#count;
    this.#count += count;
    for (; this.#count >= 8; this.#count -= 8) {
      this.#bytes.push(this.#pending & 0xff);
      this.#pending >>>= 8;
    }
  }

  /** Zeros up to the next whole byte. */
  align(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
  }

  /** The bytes so far, without bits of one that is not whole. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
