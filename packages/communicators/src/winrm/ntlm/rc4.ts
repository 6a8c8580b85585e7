/** The RC4 stream cipher, which OpenSSL 3 has only in a provider that Node does not load. It goes on where it stopped. */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, index) => index);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    let j = 0;
    for (let i = 0; i < 256; i += 1) {
      j = (j + (this.#state[i] as number) + (key[i % key.length] as number)) & 255;
      this.#swap(i, j);
    }
  }

  /** Enciphers or deciphers: it is the same. */
  update(bytes: Uint8Array): Buffer {
    const state = this.#state;
    const result = Buffer.allocUnsafe(bytes.length);
    for (let at = 0; at < bytes.length; at += 1) {
      this.#i = (this.#i + 1) & 255;
      this.#j = (this.#j + (state[this.#i] as number)) & 255;
      this.#swap(this.#i, this.#j);
      const key = state[((state[this.#i] as number) + (state[this.#j] as number)) & 255] as number;
      result[at] = (bytes[at] as number) ^ key;
    }
    return result;
  }

  #swap(i: number, j: number): void {
    const kept = this.#state[i] as number;
    this.#state[i] = this.#state[j] as number;
    this.#state[j] = kept;
  }
}
