import type { Token } from './deflate-matches.ts';

/** Where a kind of symbol takes more bits: how many, and the first value of each symbol. */
interface Extra {
  readonly bits: readonly number[];
  readonly first: readonly number[];
}

const lengths = extra(3, [0, 0, 0, 0, 0, 0, 0, 0, ...each(4, [1, 2, 3, 4, 5])]);
/** The longest match has a symbol of its own. */
const lengthExtra: Extra = { bits: [...lengths.bits, 0], first: [...lengths.first, 258] };
const distanceExtra = extra(1, [0, 0, ...each(2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])]);
const firstLengthSymbol = 257;
const endSymbol = 256;

function each(times: number, items: readonly number[]): readonly number[] {
  return items.flatMap((item) => Array.from({ length: times }, () => item));
}

function extra(start: number, bits: readonly number[]): Extra {
  let next = start;
  const first = bits.map((count) => {
    const value = next;
    next += 2 ** count;
    return value;
  });
  return { bits, first };
}

/** A part of what is written: a symbol of one of the two codes, and the bits after it. */
export interface Part {
  readonly code: 'literal' | 'distance';
  readonly symbol: number;
  readonly value: number;
  readonly bits: number;
}

/** The parts of these tokens and of the end of a block. */
export function* partsOf(tokens: readonly Token[]): Generator<Part> {
  for (const token of tokens) {
    const length = token >> 16;
    if (length === 0) {
      yield { code: 'literal', symbol: token, value: 0, bits: 0 };
    } else {
      yield extraPart('literal', firstLengthSymbol, length, lengthExtra);
      yield extraPart('distance', 0, token & 0xffff, distanceExtra);
    }
  }
  yield { code: 'literal', symbol: endSymbol, value: 0, bits: 0 };
}

function extraPart(
  code: Part['code'],
  firstSymbol: number,
  value: number,
  { bits, first }: Extra,
): Part {
  const index = first.findLastIndex((each) => each <= value);
  return {
    code,
    symbol: firstSymbol + index,
    value: value - (first[index] as number),
    bits: bits[index] as number,
  };
}

/** The two codes of a block: how many bits each symbol takes. */
export interface Lengths {
  readonly literal: readonly number[];
  readonly distance: readonly number[];
}

/** Those of blocks that bring no codes along. */
export const fixed: Lengths = {
  literal: Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
  distance: Array.from({ length: 30 }, () => 5),
};
