/** Texts that occur again, found as Go's compress/flate finds them at its usual level, so that the same bytes come out. */

const windowSize = 2 ** 15;
const shortest = 4;
const longest = 258;
const hashBits = 17;
/** A block ends after so many tokens. */
const mostTokens = 2 ** 14;
/** A match this long is not held back for a better one that begins a byte later. */
const lazy = 16;
/** No better match is looked for than one this long, nor further back than so many candidates. */
const nice = 128;
const mostTries = 128;
/** The shortest matches are worth their bits only when they are near. */
const near = 4096;

/** A byte as it is, or for a match `length << 16 | distance`. */
export type Token = number;

export interface DeflateBlock {
  readonly tokens: readonly Token[];
  /** The bytes that they stand for; absent when Go's window has them no more. */
  readonly bytes?: Uint8Array;
}

/** The text, in blocks of tokens. */
export function deflateBlocks(text: Uint8Array): readonly DeflateBlock[] {
  return new Matcher(text).blocks();
}

class Matcher {
  readonly #text: Uint8Array;
  readonly #blocks: DeflateBlock[] = [];
  /** The last place of each hash, and for each place in the window the one before with the same hash. */
  readonly #heads = new Int32Array(2 ** hashBits).fill(-1);
  readonly #before = new Int32Array(windowSize).fill(-1);
  #tokens: Token[] = [];
  #blockStart = 0;
  /** Go keeps two windows of text; what was before them cannot be matched. */
  #base = 0;
  #at = 0;
  #candidate = -1;
  #length = shortest - 1;
  #distance = 0;
  #isByteOpen = false;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  blocks(): readonly DeflateBlock[] {
    const { length } = this.#text;
    let end = 0;
    while (end < length) {
      // Go reads its window full, and before it reads more, keeps as much in reserve as a match may need.
      this.#run(end, shortest + longest);
      if (this.#at - this.#base >= 2 * windowSize - shortest - longest) this.#base += windowSize;
      end = Math.min(length, this.#base + 2 * windowSize);
    }
    this.#run(end, 1);
    if (this.#isByteOpen) this.#tokens.push(this.#text[length - 1] as number);
    if (this.#tokens.length > 0) this.#endBlock();
    return this.#blocks;
  }

  /** Goes on while there are `reserve` bytes of what was read, which ends at `end`. */
  #run(end: number, reserve: number): void {
    while (end - this.#at >= reserve) {
      if (this.#at < end - shortest + 1) this.#candidate = this.#remember(this.#at);
      const before = { length: this.#length, distance: this.#distance };
      this.#length = shortest - 1;
      if (before.length < lazy) this.#findMatch(end, before.length);
      const isBest = before.length >= shortest && this.#length <= before.length;
      if (isBest) this.#takeMatch(before.length, before.distance, end);
      else this.#takeByte();
    }
  }

  /** The match that began a byte before was the better one. */
  #takeMatch(length: number, distance: number, end: number): void {
    this.#tokens.push((length << 16) | distance);
    const next = this.#at + length - 1;
    for (let at = this.#at + 1; at < next; at += 1) {
      if (at < end - shortest + 1) this.#remember(at);
    }
    this.#at = next;
    this.#isByteOpen = false;
    this.#length = shortest - 1;
    if (this.#tokens.length === mostTokens) this.#endBlock();
  }

  /** The byte before is none of a match; whether this one is, the next will tell. */
  #takeByte(): void {
    if (this.#isByteOpen) {
      this.#tokens.push(this.#text[this.#at - 1] as number);
      if (this.#tokens.length === mostTokens) this.#endBlock();
    }
    this.#at += 1;
    this.#isByteOpen = true;
  }

  #endBlock(): void {
    const tokens = this.#tokens;
    const isInWindow = this.#blockStart >= this.#base;
    const bytes = this.#text.subarray(this.#blockStart, this.#at);
    this.#blocks.push(isInWindow ? { tokens, bytes } : { tokens });
    this.#tokens = [];
    this.#blockStart = this.#at;
  }

  /** Enters the place under its hash; gives the one that was there. */
  #remember(at: number): number {
    const hash = this.#hashAt(at);
    const last = this.#heads[hash] as number;
    this.#before[at % windowSize] = last;
    this.#heads[hash] = at;
    return last;
  }

  #hashAt(at: number): number {
    let word = 0;
    for (let index = at; index < at + shortest; index += 1) {
      word = (word << 8) | (this.#text[index] as number);
    }
    return Math.imul(word, 0x1e35a7bd) >>> (32 - hashBits);
  }

  /** Sets length and distance to those of the longest match here, the nearest of several. */
  #findMatch(end: number, lengthBefore: number): void {
    const at = this.#at;
    const most = Math.min(longest, end - at);
    if (end - at <= lengthBefore) return;
    const oldest = Math.max(this.#base, at - windowSize);
    let candidate = this.#candidate;
    for (let tries = mostTries; tries > 0 && candidate >= oldest; tries -= 1) {
      const length = this.#matchLength(candidate, most);
      if (length > this.#length && (length > shortest || at - candidate <= near)) {
        this.#length = length;
        this.#distance = at - candidate;
        if (length >= Math.min(nice, most)) return;
      }
      if (candidate === at - windowSize) return;
      candidate = this.#before[candidate % windowSize] as number;
    }
  }

  #matchLength(candidate: number, most: number): number {
    const text = this.#text;
    let length = 0;
    while (length < most && text[candidate + length] === text[this.#at + length]) length += 1;
    return length;
  }
}
