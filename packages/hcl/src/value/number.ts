/**
 * A number of arbitrary precision, as Go's big.Float has it: `mantissa * 2^exponent`, rounded half to
 * even to `precision` bits when it came out of an operation. Text is parsed at 512 bits.
 */
export type Num = number;
