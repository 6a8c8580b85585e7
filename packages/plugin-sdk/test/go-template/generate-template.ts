/** Numbers from a seed: the same seed gives the same templates on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b1) >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

const texts = ['a', ' ', '\n', 'x { y', ' }}', 'é☺', '"', '\t-\t'];
const literals = ['1', '-2', '0', '2.5', '1e3', '0x1F', "'a'", '"s"', '`raw`', '""', 'true', 'nil'];
const operands = [
  ...['.', '$', '.Name', '.Empty', '.Count', '.Zero', '.Ratio', '.Yes', '.No', '.Nil', '.List'],
  ...['.None', '.Numbers', '.Mixed', '.Map', '.NoMap', '.Deep.In.Side', '.Deep.List', '.Html'],
  ...['.Uni', '.Missing', '.Missing.More', '.Map.a', '.Name.Foo', '$.Name', '$.Map.b', '$v'],
];
// Not `slice`: Go refuses indices that come out of a map of values of any type, and we do not.
const functions = [
  ...['len', 'index', 'not', 'print', 'println', 'html', 'js', 'urlquery', 'upper', 'lower'],
  ...['and', 'or', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'],
];
const formats = [
  ...[
    '"%d"',
    '"%5d|%-5d"',
    '"%s"',
    '"%q"',
    '"%v"',
    '"%+v"',
    '"%#v"',
    '"%T"',
    '"%x"',
    '"%X"',
    '"%t"',
  ],
  ...[
    '"%5.2f"',
    '"%e"',
    '"%g"',
    '"%c"',
    '"%U"',
    '"%.3x"',
    '"%b"',
    '"%.*f"',
    '"%E"',
    '"%+.2e"',
    '"%08b"',
    '"%o"',
    '"%%"',
    '"%d %d"',
    '"%!"',
    '"%*d"',
  ],
];

/** A template that mostly means something: text, actions, blocks and now and then a slip. */
export function generateTemplate(random: Random, depth = 0): string {
  const parts = Array.from({ length: 1 + random.below(4) }, () => part(random, depth));
  const text = parts.join('');
  // A slip in `%#v` could make a `%#g` of it, which is not known.
  return depth === 0 && random.below(25) === 0 && !text.includes('#') ? slip(random, text) : text;
}

function part(random: Random, depth: number): string {
  const inner = (): string => (depth < 2 ? generateTemplate(random, depth + 1) : 'z');
  const choice = random.below(12);
  if (choice < 3) return random.pick(texts);
  if (choice < 7) return action(random, pipeline(random, 0));
  if (choice === 7) return action(random, `$v := ${pipeline(random, 0)}`) + action(random, '$v');
  const end = action(random, 'end');
  const otherwise = random.below(2) === 0 ? '' : action(random, 'else') + inner();
  if (choice === 8) return action(random, `if ${pipeline(random, 0)}`) + inner() + otherwise + end;
  if (choice === 9)
    return action(random, `with ${pipeline(random, 0)}`) + inner() + otherwise + end;
  if (choice === 10) return action(random, '/* a comment */'.replace('a', random.pick(['b', 'c'])));
  const head = random.pick(['range ', 'range $v := ', 'range $k, $v := ']);
  const way = random.pick(['', '', action(random, 'break'), action(random, 'continue')]);
  return action(random, head + pipeline(random, 0)) + inner() + way + otherwise + end;
}

function action(random: Random, inside: string): string {
  const isComment = inside.startsWith('/*');
  const open = random.below(6) === 0 ? '{{- ' : isComment ? '{{' : random.pick(['{{', '{{ ']);
  const close = random.below(6) === 0 ? ' -}}' : isComment ? '}}' : random.pick(['}}', ' }}']);
  return open + inside + close;
}

function pipeline(random: Random, depth: number): string {
  const first = command(random, depth);
  if (random.below(4) !== 0) return first;
  const next = random.pick(['len', 'print', 'html', 'upper', 'printf "%v!"', 'index .Map', 'not']);
  return `${first} | ${next}`;
}

function command(random: Random, depth: number): string {
  const choice = random.below(8);
  if (choice < 4) return operand(random, depth);
  if (choice === 4) return `printf ${random.pick(formats)} ${some(random, depth, 2)}`.trimEnd();
  if (choice === 5) {
    return random.pick([
      `replace "${random.pick(['a', '', 'll'])}" "<>" ${random.pick(['-1', '0', '1', '2'])} .Uni`,
      `replace_all "l" "${random.pick(['', 'LL'])}" .Uni`,
      `upper ${random.pick(['.Uni', '"straße"', '"ŉ"', '.Count'])}`,
      `lower ${random.pick(['.Uni', '"ÀİΣ"', '.Nil'])}`,
    ]);
  }
  return `${random.pick(functions)} ${some(random, depth, 3)}`.trimEnd();
}

function some(random: Random, depth: number, most: number): string {
  const count = random.below(most + 1);
  return Array.from({ length: count }, () => operand(random, depth)).join(' ');
}

function operand(random: Random, depth: number): string {
  const choice = random.below(10);
  if (choice < 3) return random.pick(literals);
  if (choice === 3 && depth < 2) return `(${pipeline(random, depth + 1)})`;
  return random.pick(operands);
}

function slip(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(['{{', '}}', '(', '"', '|', '$', '']) + text.slice(at + 1);
}
