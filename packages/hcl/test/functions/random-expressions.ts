/**
 * Calls from a generator that gives the same ones for the same seed. Left out is where Packer 1.6.6 is
 * wrong: `ceil` beyond 64 bits, `cidrsubnets` of 0.0.0.0, the order of 0 and -0 in a set.
 */
export function randomExpressions(seed: number, count: number): readonly string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.pick(calls)(random));
}

/** The generator "mulberry32": plain, and the same everywhere. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return least + Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)] as T;
  }

  some<T>(least: number, most: number, make: () => T): readonly T[] {
    return Array.from({ length: this.whole(least, most) }, make);
  }
}

const letters = [
  'a',
  'b',
  'B',
  'é',
  'ß',
  '😀',
  '👨‍👩‍👧',
  'e\u0301',
  ' ',
  '\n',
  '\t',
  '-',
  '_',
  '.',
  ',',
  '<',
  '&',
  '"',
  '\\',
  '\u2028',
  '日',
  '7',
  '~',
  '/',
  '\r\n',
  '#',
  ':',
];

function text(random: Random, most = 12): string {
  return quoted(random.some(0, most, () => random.pick(letters)).join(''));
}

function quoted(content: string): string {
  return JSON.stringify(content).replaceAll('${', '$${').replaceAll('%{', '%%{');
}

function number(random: Random): string {
  const digits = random.whole(1, 10 ** random.whole(0, 12));
  const fraction = random.pick(['', '', `.${random.whole(1, 99_999)}`, '.5', 'e5', 'e-7', 'e22']);
  return `${random.pick(['', '', '-'])}${digits}${fraction}`;
}

function value(random: Random, depth = 3): string {
  const kind = random.whole(0, depth > 0 ? 6 : 3);
  if (kind <= 1) return text(random, random.pick([3, 12, 60]));
  if (kind === 2) return number(random);
  if (kind === 3) return random.pick(['true', 'false', 'null']);
  if (kind <= 5) return `[${random.some(0, 4, () => value(random, depth - 1)).join(', ')}]`;
  const entries = random.some(0, 4, () => `${key(random)} = ${value(random, depth - 1)}`);
  return `{ ${entries.join(', ')} }`;
}

function key(random: Random): string {
  return `(${text(random, random.pick([2, 6, 50]))})`;
}

function list(random: Random, make: () => string = () => text(random)): string {
  return `[${random.some(0, 6, make).join(', ')}]`;
}

function verb(random: Random, letter: string): string {
  const flags = random.some(0, 3, () => random.pick(['-', '0', '+', ' ', '#'])).join('');
  const width = random.pick(['', '', String(random.whole(1, 14))]);
  const precision = random.pick(['', '', `.${random.whole(0, 9)}`, '.']);
  return `%${flags}${width}${precision}${letter}`;
}

function time(random: Random): string {
  const two = (least: number, most: number): string =>
    String(random.whole(least, most)).padStart(2, '0');
  const zone = random.pick(['Z', '+00:00', `+${two(0, 14)}:30`, `-${two(0, 12)}:00`]);
  const year = String(random.whole(1, 9999)).padStart(4, '0');
  return `${year}-${two(1, 12)}-${two(1, 28)}T${two(0, 23)}:${two(0, 59)}:${two(0, 59)}${zone}`;
}

function v4(random: Random): string {
  return random.some(4, 4, () => String(random.whole(0, 255))).join('.');
}

function v6(random: Random): string {
  // Whole runs of zeros, so that the longest has to be found; not one in which an IPv4 address is mapped.
  const groups = random.some(7, 7, () =>
    random.pick(['0', '0', random.whole(1, 65_535).toString(16)]),
  );
  return ['2001', ...groups].join(':');
}

/** A call of format with one verb for each argument. */
function formatCall(random: Random, choice: string, argument: () => string): string {
  const verbs = random.some(1, 3, () => verb(random, random.pick([...choice])));
  return `format(${quoted(verbs.join('|'))}, ${verbs.map(argument).join(', ')})`;
}

const calls: readonly ((random: Random) => string)[] = [
  (random) => formatCall(random, 'bdoxX', () => String(random.whole(-9999, 99_999))),
  (random) => formatCall(random, 'eEfgG', () => number(random)),
  (random) => formatCall(random, 'sq', () => text(random)),
  (random) => formatCall(random, 'v', () => value(random)),
  (random) => `formatlist("%s=%v", ${list(random)}, ${number(random)})`,
  (random) => `yamlencode(${value(random, 4)})`,
  (random) =>
    `yamldecode(yamlencode({ (${text(random)}) = ${value(random)} }))`.replaceAll('\u2028', ''),
  (random) => `jsonencode(${value(random, 2).replace(/^null$/, '1')})`,
  (random) => `substr(${text(random)}, ${random.whole(-9, 9)}, ${random.whole(-2, 9)})`,
  (random) => `strrev(${text(random)})`,
  (random) => `length(${text(random)})`,
  (random) =>
    `${random.pick(['title', 'chomp', 'trimspace', 'urlencode', 'upper', 'md5'])}(${text(random)})`,
  (random) => `trim(${text(random)}, ${text(random, 3)})`,
  (random) =>
    `${random.pick(['trimprefix', 'trimsuffix', 'split'])}(${text(random)}, ${text(random, 2)})`,
  (random) => `replace(${text(random)}, ${text(random, 2)}, ${text(random, 2)})`,
  (random) => `regex_replace(${text(random)}, "([ab])|(?P<n>[^a-z])", "[$1$n$0]")`,
  (random) => `indent(${random.whole(0, 5)}, ${text(random)})`,
  (random) => `sort(${list(random)})`,
  (random) => `compact(${list(random)})`,
  (random) => `distinct(${list(random, () => random.pick(['1', '2', '"1"', 'true']))})`,
  (random) => `chunklist(${list(random)}, ${random.whole(0, 4)})`,
  (random) => `flatten(${list(random, () => value(random, 2))})`,
  (random) =>
    `${random.pick(['setunion', 'setintersection'])}(${list(random, () => number(random))}, ${list(random, () => number(random))})`,
  (random) => `setproduct(${list(random)}, ${list(random, () => number(random))})`,
  (random) => `merge({ (${text(random, 1)}) = 1 }, { (${text(random, 1)}) = ${value(random)} })`,
  (random) => `range(${random.whole(-9, 9)}, ${random.whole(-9, 9)})`,
  (random) => `range(${random.whole(-9, 0)}, ${random.whole(1, 9)}, 0.${random.whole(1, 99)})`,
  (random) => `pow(${random.whole(1, 60)}, ${random.whole(-12, 20)})`,
  (random) =>
    `${random.pick(['ceil', 'floor', 'abs'])}(${random.whole(-999, 999)}.${random.whole(0, 99)})`,
  (random) => `${random.pick(['max', 'min'])}(${number(random)}, ${number(random)})`,
  (random) => `parseint("${random.whole(0, 2 ** 31).toString(36)}", ${random.whole(36, 62)})`,
  (random) =>
    `formatdate("YYYY YY M MM MMM MMMM D DD EEE EEEE h hh H HH AA aa m mm s ss Z ZZZ ZZZZ ZZZZZ", "${time(random)}")`,
  (random) => `cidrhost("${v4(random)}/${random.whole(0, 24)}", ${random.whole(-99, 99)})`,
  (random) => `cidrhost("${v6(random)}/${random.whole(0, 96)}", ${random.whole(-99, 9999)})`,
  (random) => `cidrnetmask("${v4(random)}/${random.whole(0, 32)}")`,
  (random) =>
    `cidrsubnet("${v4(random)}/${random.whole(0, 20)}", ${random.whole(4, 12)}, ${random.whole(0, 15)})`,
  (random) =>
    `cidrsubnet("${v6(random)}/${random.whole(0, 64)}", ${random.whole(8, 32)}, ${random.whole(0, 255)})`,
  (random) =>
    `cidrsubnets("${random.whole(128, 255)}.0.77.1/${random.whole(1, 20)}", ${random.some(1, 4, () => random.whole(2, 12)).join(', ')})`,
  (random) =>
    `csvdecode("a,b\\n${random.some(0, 4, () => `${csvField(random)},${csvField(random)}`).join('\\n')}")`,
  (random) => `uuidv5("${random.pick(['dns', 'url', 'oid', 'x500'])}", ${text(random)})`,
];

function csvField(random: Random): string {
  return random.pick(['', '1', ' x ', '\\"\\"', '\\"a\\nb\\"', '\\"q\\"\\"q\\"', 'é']);
}
