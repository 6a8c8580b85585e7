/** The bits of one symbol, in the order in which they are written: the lowest first. */
export interface HuffmanCode {
  readonly bits: number;
  readonly length: number;
}

/**
 * How many bits each symbol takes, for the least bits in all when symbols are as frequent as given and none takes more than
 * `longest`; 0 for those that are not there. Of several such codes it is the one that Go's compress/flate takes: where a package
 * of two weighs as much as a symbol, the package comes first.
 */
export function codeLengths(frequencies: readonly number[], longest: number): readonly number[] {
  const symbols = [...frequencies.keys()].filter((symbol) => weightOf(symbol) > 0);
  const lengths = frequencies.map(() => 0);
  if (symbols.length <= 2) {
    for (const symbol of symbols) lengths[symbol] = 1;
    return lengths;
  }
  symbols.sort((a, b) => weightOf(a) - weightOf(b) || a - b);
  const counts = lengthCounts(symbols.map(weightOf), Math.min(longest, symbols.length - 1));
  // The rarest take the most bits.
  let end = symbols.length;
  for (const [index, count] of counts.entries()) {
    for (const symbol of symbols.slice(end - count, end)) lengths[symbol] = index + 1;
    end -= count;
  }
  return lengths;

  function weightOf(symbol: number): number {
    return frequencies[symbol] as number;
  }
}

/** How many symbols take one bit, two bits and so on, by the package-merge method. `weights` are in order. */
function lengthCounts(weights: readonly number[], longest: number): readonly number[] {
  const isPackage: (readonly boolean[])[] = [];
  let items: readonly number[] = [];
  for (let level = 0; level < longest; level += 1) {
    const merged = withPackages(weights, items);
    items = merged.map(({ weight }) => weight);
    isPackage.push(merged.map((item) => item.isPackage));
  }
  let needed = 2 * weights.length - 2;
  const atLeast = isPackage.reverse().map((row) => {
    const packages = row.slice(0, needed).filter(Boolean).length;
    const single = needed - packages;
    needed = 2 * packages;
    return single;
  });
  return atLeast.map((count, index) => count - (atLeast[index + 1] ?? 0));
}

interface Item {
  readonly weight: number;
  readonly isPackage: boolean;
}

/** The symbols together with packages of two items each, by weight. */
function withPackages(weights: readonly number[], items: readonly number[]): readonly Item[] {
  const merged: Item[] = [];
  let symbol = 0;
  for (let item = 0; item + 1 < items.length; item += 2) {
    const weight = (items[item] as number) + (items[item + 1] as number);
    for (; symbol < weights.length && (weights[symbol] as number) < weight; symbol += 1) {
      merged.push({ weight: weights[symbol] as number, isPackage: false });
    }
    merged.push({ weight, isPackage: true });
  }
  return [...merged, ...weights.slice(symbol).map((weight) => ({ weight, isPackage: false }))];
}

/** The code with these lengths: of equal length in the order of symbols, as the deflate format has it. */
export function huffmanCodes(lengths: readonly number[]): readonly HuffmanCode[] {
  const next: number[] = [];
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    next[length] = code;
    code = (code + lengths.filter((each) => each === length).length) << 1;
  }
  return lengths.map((length) => {
    if (length === 0) return { bits: 0, length };
    const bits = next[length] as number;
    next[length] = bits + 1;
    return { bits: reversed(bits, length), length };
  });
}

function reversed(bits: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((bits >> bit) & 1) << (length - 1 - bit);
  return result;
}
