/** The Latin-1 characters of the bytes 0 to 255 in code page 37, in hexadecimal. */
const page37 = `
  000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f80818283840a171b88898a8b8c050607
  909116939495960498999a9b14159e1a20a0e2e4e0e1e3e5e7f1a22e3c282b7c26e9eaebe8edeeefecdf21242a293bac
  2d2fc2c4c0c1c3c5c7d1a62c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22d8616263646566676869abbbf0fdfeb1
  b06a6b6c6d6e6f707172aabae6b8c6a4b57e737475767778797aa1bfd0dddeae5ea3a5b7a9a7b6bcbdbe5b5dafa8b4d7
  7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff5cf7535455565758595ab2d4d6d2d3d5
  30313233343536373839b3dbdcd9da9f
`.replace(/\s/g, '');

/** By their usual names, where the EBCDIC encodings differ from code page 37. */
const differences: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  IBM037: {},
  IBM1047: { 95: '^', 173: '[', 176: '\xac', 186: '\xdd', 187: '\xa8', 189: ']' },
  IBM01140: { 159: '€' },
};

/** The characters of all bytes in an EBCDIC encoding; `undefined` where it is none. */
export function ebcdicTable(name: string): readonly string[] | undefined {
  const different = differences[name];
  if (different === undefined) return undefined;
  return Array.from(
    Buffer.from(page37, 'hex').toString('latin1'),
    (character, byte) => different[byte] ?? character,
  );
}
