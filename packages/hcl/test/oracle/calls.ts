import type { Random } from '../eval/expression-generator.ts';
import { expression, leaf, pick, some } from './expressions.ts';
import type { Question } from './oracle.ts';
import * as words from './words.ts';
import * as packerWords from './words-for-packer.ts';

/** Makes a random argument. */
type Make = (random: Random) => string;

const oneOf =
  (items: readonly string[]): Make =>
  (random) =>
    `"${pick(random, items)}"`;
const madeOf =
  (items: readonly string[], most: number): Make =>
  (random) =>
    `"${some(random, most, () => pick(random, items)).join('')}"`;
const among =
  (text: string): Make =>
  (random) =>
    pick(random, text.split(' '));
const listOf =
  (make: Make): Make =>
  (random) =>
    `[${some(random, 4, () => make(random)).join(', ')}]`;
const either =
  (...makes: readonly Make[]): Make =>
  (random) =>
    pick(random, makes)(random);

const anything: Make = (random) => expression(random, random(2));
const randomText = madeOf(words.characters, 6);
const text = either(randomText, randomText, among('s odd lines empty digits'), oneOf(words.texts));
const whole = among(
  '0 1 2 3 5 -1 -2 -7 10 100 1.5 9223372036854775807 9223372036854775808 1e30 "2"',
);
const fraction = among(
  '0 1 -1 0.1 1.5 2.5 -2.5 1e3 1e-7 123456.789 1e-30 12345678901234567890123 0.30000000000000004 1e308 1e309 255 (1/3) 1e21 n zero half huge tiny endless',
);
const anyNumber = either(fraction, whole);
const textList = either(
  listOf(text),
  among('list noList set holes noTuple lists tuple'),
  listOf(either(text, anyNumber)),
);
const numberList = either(listOf(anyNumber), among('numbers numberSet noSet'));
const anyList = either(
  textList,
  numberList,
  listOf(anything),
  among('people tupleSet lists partList partTuple partSet uList uTuple uSet looseTuple partPeople'),
);
const anyMap = either(
  among(
    'map oddMap maps noMap object nested noObject mapHoles partMap partObject looseObject uMap uObject',
  ),
  (random) => `{${some(random, 3, () => `(${text(random)}) = ${anything(random)}`).join(', ')}}`,
);
const encoded = either(anything, text, anyNumber, anyMap, anyList);
// Each part once: Go takes two groups of one name, which is a mistake in bake.
const pattern: Make = (random) =>
  `"${[...new Set(some(random, 4, () => pick(random, words.patterns)))].join('')}"`;
const subject = either(oneOf(words.subjects), text);
const format = madeOf(words.verbs, 3);
const formatArgument = either(
  anyNumber,
  text,
  among('yes tuple map uText uNumber list nullText object numberSet partList'),
  anything,
);
const block = oneOf(words.blocks);
const bits = among('0 1 2 4 8 16 24 32 33 64 "4" 1.5 100 4294967296');
const host = among('0 1 5 255 256 65535 1e10 18446744073709551616 1.5 "3" "x" 4294967296');
const symbol: Make = (random) => `"\\u${random(0xd800).toString(16).padStart(4, '0')}"`;
const bytes: Make = (random) =>
  `"${Buffer.from(some(random, 4, () => random(256))).toString('base64')}"`;
const manyNumbers: Make = (random) =>
  `join(${text(random)}, range(0, ${random(2000)}, ${2 + random(9)}))`;
const path = either(text, oneOf(words.paths));
const type = among('string number list(string) map(any) set(string) any');
const yaml = either(oneOf(words.yamls), madeOf(words.yamls, 2), oneOf(words.yamlBlocks));

/** The arguments that fit each function; now and then the last ones are left out or there is one more. */
const signatures: Readonly<Record<string, readonly Make[]>> = {
  abs: [anyNumber],
  base64decode: [oneOf(words.base64s)],
  base64encode: [text],
  base64gzip: [either(text, anything, manyNumbers)],
  basename: [path],
  can: [anything],
  ceil: [anyNumber],
  chomp: [text],
  chunklist: [anyList, whole],
  cidrhost: [block, either(host, among('-1 -256 -257 -2'))],
  cidrnetmask: [block],
  cidrsubnet: [block, bits, host],
  cidrsubnets: [block, bits, bits, bits],
  coalesce: [anything, anything, text],
  coalescelist: [anyList, anyList, anyList],
  compact: [textList],
  concat: [anyList, anyList, anyList],
  contains: [anyList, anything],
  convert: [anything, type],
  csvdecode: [either(madeOf(words.csvParts, 9), oneOf(words.csvs))],
  dirname: [path],
  distinct: [anyList],
  element: [anyList, whole],
  fileset: [oneOf(['.', 'a', 'none', './a/..', 'link']), madeOf(packerWords.fileGlobs, 4)],
  flatten: [anyList],
  floor: [anyNumber],
  format: [format, formatArgument, formatArgument, formatArgument],
  formatdate: [madeOf(words.dateParts, 5), oneOf(words.dates)],
  formatlist: [format, either(anyList, formatArgument), either(anyList, formatArgument)],
  indent: [among('0 1 3 1.5 "2"'), text],
  join: [text, textList, textList],
  jsondecode: [oneOf(words.jsons)],
  jsonencode: [encoded],
  keys: [anyMap],
  legacy_isotime: [madeOf(packerWords.layouts, 6)],
  legacy_strftime: [madeOf(packerWords.strftimes, 6)],
  log: [anyNumber, anyNumber],
  lower: [text],
  max: [anyNumber, anyNumber, anyNumber],
  md5: [text],
  merge: [anyMap, anyMap, anyMap],
  min: [anyNumber, anyNumber, anyNumber],
  parseint: [
    either(oneOf(words.integers), anyNumber),
    among('2 8 10 16 36 37 62 63 1 0 -1 10.5 "10"'),
  ],
  // A power that is no whole number is computed by the processor's own means, to the last digit or nearly so.
  pow: [anyNumber, among('0 1 2 3 -1 -2 10 0.5 -0.5 endless 1e309 "2"')],
  range: [
    among('0 1 3 -3 0.5 1024 1025 10 "3" 1e6'),
    among('0 5 -5 1.5 100'),
    among('1 2 -1 0 0.5'),
  ],
  regex: [pattern, subject],
  regex_replace: [subject, pattern, madeOf(words.replacements, 4)],
  regexall: [pattern, subject],
  replace: [text, text, text],
  reverse: [anyList],
  setintersection: [anyList, anyList, anyList],
  setproduct: [anyList, anyList, anyList],
  setunion: [anyList, anyList, anyList],
  sha1: [text],
  sha256: [text],
  sha512: [text],
  signum: [anyNumber],
  slice: [anyList, whole, whole],
  sort: [textList],
  split: [text, text],
  strrev: [text],
  substr: [text, whole, whole],
  textdecodebase64: [either(oneOf(packerWords.encodedTexts), bytes), oneOf(packerWords.encodings)],
  textencodebase64: [either(madeOf(packerWords.foreign, 2), symbol), oneOf(packerWords.encodings)],
  title: [text],
  trim: [text, text],
  trimprefix: [text, text],
  trimspace: [text],
  trimsuffix: [text, text],
  try: [anything, anything],
  upper: [text],
  urlencode: [text],
  uuidv5: [oneOf(words.spaces), text],
  values: [anyMap],
  yamldecode: [yaml],
  yamlencode: [encoded],
  zipmap: [textList, anyList],
};

const names = Object.keys(signatures);

/** A random call of a function, most of its arguments of the kind that it wants. */
export function callQuestion(random: Random): Question {
  const name = pick(random, names);
  const args = (signatures[name] ?? []).map((make) =>
    random(12) === 0 ? leaf(random) : make(random),
  );
  if (random(6) === 0) args.pop();
  if (random(40) === 0) args.push(leaf(random));
  const last = args.at(-1);
  if (last !== undefined && random(30) === 0) args.splice(-1, 1, `[${last}]...`);
  return { kind: 'expression', text: `${name}(${args.join(', ')})` };
}
