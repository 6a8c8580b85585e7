import type { BitWriter } from './bit-writer.ts';
import type { DeflateBlock } from './deflate-matches.ts';
import { fixed, type Lengths, type Part, partsOf } from './deflate-symbols.ts';
import { codeLengths, type HuffmanCode, huffmanCodes } from './huffman-code.ts';

/** Writes a block in the shortest of the three forms of the format; one of equal length counts as no shorter. */
export function writeBlock({ tokens, bytes }: DeflateBlock, writer: BitWriter): void {
  const parts = [...partsOf(tokens)];
  const frequencies = frequenciesOf(parts);
  const own: Lengths = {
    literal: codeLengths(frequencies.literal, 15),
    distance: codeLengths(frequencies.distance, 15),
  };
  const table = tableOf(own);
  const extraBits = parts.reduce((sum, { bits }) => sum + bits, 0);
  const cost = (lengths: Lengths): number =>
    3 +
    extraBits +
    bitsOf(frequencies.literal, lengths.literal) +
    bitsOf(frequencies.distance, lengths.distance);
  const [fixedCost, ownCost] = [cost(fixed), cost(own) + table.cost];
  const isStorable = bytes !== undefined && bytes.length <= 65535;
  if (isStorable && (bytes.length + 5) * 8 < Math.min(fixedCost, ownCost)) {
    writeStored(bytes, false, writer);
  } else {
    const isOwn = ownCost < fixedCost;
    writer.write(isOwn ? 4 : 2, 3);
    if (isOwn) table.write(writer);
    writeParts(parts, isOwn ? own : fixed, writer);
  }
}

/** Bytes as they are; without any, the end of what was written so far. */
export function writeStored(bytes: Uint8Array, isLast: boolean, writer: BitWriter): void {
  writer.write(isLast ? 1 : 0, 3);
  writer.align();
  writer.write(bytes.length, 16);
  writer.write(~bytes.length & 0xffff, 16);
  for (const byte of bytes) writer.write(byte, 8);
}

function writeParts(parts: readonly Part[], lengths: Lengths, writer: BitWriter): void {
  const codes = {
    literal: huffmanCodes(lengths.literal),
    distance: huffmanCodes(lengths.distance),
  };
  for (const { code, symbol, value, bits } of parts) {
    const written = codes[code][symbol] as HuffmanCode;
    writer.write(written.bits, written.length);
    writer.write(value, bits);
  }
}

function frequenciesOf(parts: readonly Part[]): Lengths {
  const literal: number[] = Array.from({ length: 286 }, () => 0);
  const distance: number[] = fixed.distance.map(() => 0);
  const counted = { literal, distance };
  for (const { code, symbol } of parts) (counted[code][symbol] as number) += 1;
  // A code of distances must have one symbol, and Go counts it wherever there is none.
  if (!distance.some((count) => count > 0)) distance[0] = 1;
  return counted;
}

function bitsOf(frequencies: readonly number[], lengths: readonly number[]): number {
  return frequencies.reduce((sum, count, symbol) => sum + count * (lengths[symbol] as number), 0);
}

/** The lengths of a block's own codes, as they are written before it. */
interface Table {
  /** In bits. */
  readonly cost: number;
  write(writer: BitWriter): void;
}

/** In which order the lengths of the code for lengths are written; those at the end may be left out. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function tableOf({ literal, distance }: Lengths): Table {
  const literals = withoutZeros(literal);
  const distances = withoutZeros(distance);
  const runs = runsOf([...literals, ...distances]);
  const frequencies = lengthOrder.map(
    (_, symbol) => runs.filter((run) => run.symbol === symbol).length,
  );
  const lengths = codeLengths(frequencies, 7);
  const codes = huffmanCodes(lengths);
  const ordered = lengthOrder.map((symbol) => lengths[symbol] as number);
  const count = Math.max(4, ordered.findLastIndex((length) => length > 0) + 1);
  const extraBits = runs.reduce((sum, { bits }) => sum + bits, 0);
  return {
    cost: 14 + 3 * count + bitsOf(frequencies, lengths) + extraBits,
    write: (writer) => {
      writer.write(literals.length - 257, 5);
      writer.write(distances.length - 1, 5);
      writer.write(count - 4, 4);
      for (const length of ordered.slice(0, count)) writer.write(length, 3);
      for (const { symbol, value, bits } of runs) {
        const code = codes[symbol] as HuffmanCode;
        writer.write(code.bits, code.length);
        writer.write(value, bits);
      }
    },
  };
}

function withoutZeros(lengths: readonly number[]): readonly number[] {
  return lengths.slice(0, lengths.findLastIndex((length) => length > 0) + 1);
}

/** A length, or how often one is repeated (16), or how many zeros there are (17, 18). */
interface Run {
  readonly symbol: number;
  readonly value: number;
  readonly bits: number;
}

function runsOf(lengths: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < lengths.length; ) {
    const length = lengths[start] as number;
    let end = start;
    while (lengths[end] === length) end += 1;
    runs.push(...(length === 0 ? zeros(end - start) : repeated(length, end - start)));
    start = end;
  }
  return runs;
}

function zeros(count: number): readonly Run[] {
  if (count >= 11) {
    const taken = Math.min(138, count);
    return [{ symbol: 18, value: taken - 11, bits: 7 }, ...zeros(count - taken)];
  }
  if (count >= 3) return [{ symbol: 17, value: count - 3, bits: 3 }];
  return Array.from({ length: count }, () => ({ symbol: 0, value: 0, bits: 0 }));
}

function repeated(length: number, count: number): readonly Run[] {
  const runs: Run[] = [{ symbol: length, value: 0, bits: 0 }];
  let rest = count - 1;
  for (; rest >= 3; rest -= Math.min(6, rest)) {
    runs.push({ symbol: 16, value: Math.min(6, rest) - 3, bits: 2 });
  }
  return [...runs, ...Array.from({ length: rest }, () => ({ symbol: length, value: 0, bits: 0 }))];
}
