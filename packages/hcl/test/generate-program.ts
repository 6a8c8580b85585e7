/** Numbers from a seed: the same seed gives the same programs on every machine. */
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

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }
}

/** A program that follows the grammar (it may still set an attribute twice, or chain legacy indices). */
export function generateProgram(random: Random): string {
  const program = new Program(random);
  const start = random.chance(40) ? '\ufeff' : '';
  return start + program.body('', 0, 1 + random.below(4));
}

/** A program with one to three accidents: characters lost, doubled, exchanged or put in. */
export function generateMutant(random: Random): string {
  let text = generateProgram(random);
  for (let accidents = 1 + random.below(3); accidents > 0; accidents -= 1) {
    text = mutate(random, text);
  }
  // Half a character is no text.
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** A template file. */
export function generateTemplate(random: Random): string {
  return new Program(random).template();
}

const intruders = [
  ...[
    '"',
    '${',
    '%{',
    '}',
    '~}',
    '{',
    '[',
    ']',
    '(',
    ')',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '=',
    '==',
    '=>',
  ],
  ...[
    ':',
    '::',
    ',',
    '.',
    '..',
    '...',
    '?',
    '!',
    '*',
    '**',
    '-',
    '+',
    '/',
    '%',
    '$',
    '$$',
    '&',
    '|',
  ],
  ...[
    '<<X\n',
    '<<-X\n',
    'X\n',
    '\nX\n',
    '#',
    '//',
    '/*',
    '*/',
    '\\',
    '\\u00e9',
    '\\q',
    "'",
    '`',
    ';',
  ],
  ...[
    '0',
    '1.',
    '.5',
    '1e',
    '1.2.3',
    'for ',
    ' in ',
    ' if ',
    'else',
    'endif',
    'endfor',
    'null',
    'é',
  ],
  ...[
    '%{ if x }',
    '%{ else }',
    '%{ endif }',
    '%{ for a in b }',
    '%{ endfor }',
    '\u00a0',
    '\ufeff',
    '€',
  ],
];

function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const length = 1 + random.below(random.chance(4) ? 12 : 2);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(intruders) + text.slice(at + length);
    default:
      return text.slice(0, at) + random.pick(intruders) + text.slice(at);
  }
}

const names = [
  'a',
  'b',
  'c_d',
  'e-f',
  'x',
  'é',
  'inner',
  '名',
  '_y',
  'for',
  'in',
  'if',
  'true',
  'null',
];
const plainNames = ['a', 'b', 'var', 'local', 'x', 'each', 'data'];
const numbers = ['0', '1', '42', '1.5', '007', '1e3', '2E-2', '10.25e+1', '9007199254740993'];
const binary = ['||', '&&', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'];
const words = [
  ...[
    'foo',
    ' ',
    'bar baz',
    '$',
    '%',
    '$$',
    '$x',
    '%y',
    '$${z}',
    '%%{w}',
    'é',
    '{',
    '}',
    "'",
    '#',
    '//',
  ],
  ...['  ', '\t', '~', '日本', '😀', '/* */', '<<X'],
];
const escapes = ['\\n', '\\r', '\\t', '\\"', '\\\\', '\\u00e9', '\\U0001F600'];

class Program {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  body(indent: string, depth: number, items: number): string {
    const lines: string[] = [];
    const used = new Set<string>();
    for (let count = 0; count < items; count += 1) {
      if (this.#random.chance(6)) lines.push(`${indent}${this.#comment()}${this.#lineEnd()}`);
      if (this.#random.chance(6)) lines.push(this.#lineEnd());
      lines.push(
        depth < 3 && this.#random.chance(3)
          ? this.#block(indent, depth)
          : this.#attribute(indent, used),
      );
    }
    return lines.join('');
  }

  template(): string {
    const lines = Array.from({ length: this.#random.below(6) }, () => this.#line(3));
    return lines.join('') + this.#random.pick(['', this.#piece(2, false)]);
  }

  #attribute(indent: string, used: Set<string>): string {
    let name = this.#random.pick(names);
    while (used.has(name) && !this.#random.chance(50)) name += this.#random.below(10);
    used.add(name);
    const value = this.expression(this.#random.below(4), false);
    const tail = this.#random.chance(10) ? ` ${this.#comment()}` : '';
    // A heredoc's marker must end its line.
    const end = /\nX$/.test(value) ? '' : tail;
    return `${indent}${name}${this.#gap()}=${this.#gap()}${value}${end}${this.#lineEnd()}`;
  }

  #block(indent: string, depth: number): string {
    const type = this.#random.pick(names);
    // Types with labels of different number collide in JSON; the number follows from the type.
    const labels = Array.from({ length: type.length % 3 }, () => ` ${this.#label()}`).join('');
    const head = `${indent}${type}${labels}${this.#random.pick([' ', '', '  '])}{`;
    switch (this.#random.below(4)) {
      case 0:
        return `${head}${this.#gap()}}${this.#lineEnd()}`;
      case 1:
        return `${head} ${this.#random.pick(names)} = ${this.#inline(1)} }${this.#lineEnd()}`;
      default: {
        const inside = this.body(`${indent}  `, depth + 1, this.#random.below(4));
        return `${head}${this.#lineEnd()}${inside}${indent}}${this.#lineEnd()}`;
      }
    }
  }

  #label(): string {
    return this.#random.pick([
      '"one"',
      '"two"',
      'bare',
      '"a b"',
      '"$${x}"',
      '"q\\"q"',
      '"é"',
      '"a.b"',
    ]);
  }

  /** An expression that stays on its line. */
  #inline(depth: number): string {
    const text = this.expression(depth, false);
    return text.includes('\n') ? this.#random.pick(numbers) : text;
  }

  /** `free`: within brackets, where line breaks do not count. */
  expression(depth: number, free: boolean): string {
    if (depth <= 0) return this.#atom();
    const inner = () => this.expression(depth - 1, free);
    const gap = () => this.#space(free);
    switch (this.#random.below(14)) {
      case 0:
        return `${inner()}${gap()} ${this.#random.pick(binary)}${gap()} ${inner()}`;
      case 1:
        return `${this.#random.pick(['-', '!', '- ', '--', '!!'])}${this.#atom()}`;
      case 2:
        return `${inner()}${gap()} ?${gap()} ${inner()}${gap()} :${gap()} ${inner()}`;
      case 3:
        return `(${this.#space(true)}${this.expression(depth - 1, true)}${this.#space(true)})`;
      case 4:
        return this.#tuple(depth);
      case 5:
        return this.#object(depth);
      case 6:
        return this.#call(depth);
      case 7:
        return this.#for(depth);
      case 8:
      case 9:
        return this.#traversal(depth);
      case 10:
        return free ? this.#atom() : this.#heredoc(depth);
      case 11:
      case 12:
        return this.#quoted(depth);
      default:
        return this.#atom();
    }
  }

  #atom(): string {
    switch (this.#random.below(6)) {
      case 0:
        return this.#random.pick(numbers);
      case 1:
        return this.#random.pick(['true', 'false', 'null']);
      case 2:
        return this.#quoted(0);
      case 3:
        return this.#traversal(0);
      default:
        return this.#random.pick(names.slice(0, 9));
    }
  }

  #traversal(depth: number): string {
    let text = this.#random.pick([...plainNames, '(a)', 'f(x)', '[a]', '"s"', '{}']);
    for (let count = 1 + this.#random.below(4); count > 0; count -= 1) text += this.#step(depth);
    return text;
  }

  #step(depth: number): string {
    const key = () =>
      `[${this.#space(true)}${this.expression(Math.min(depth - 1, 1), true)}${this.#space(true)}]`;
    return this.#random.pick([
      () => `.${this.#random.pick(names)}`,
      () => `.${this.#random.pick(plainNames)}`,
      () => `.${this.#random.below(3)}`,
      () => `[${this.#random.below(30)}]`,
      () => '["k"]',
      () => '[*]',
      () => '.*',
      () => ` . ${this.#random.pick(plainNames)}`,
      key,
    ])();
  }

  #items(depth: number): string {
    const items = Array.from({ length: this.#random.below(4) }, () =>
      this.expression(depth - 1, true),
    );
    const tail = items.length > 0 && this.#random.chance(4) ? ',' : '';
    return (
      this.#space(true) +
      items.join(`${this.#space(true)},${this.#space(true)}`) +
      tail +
      this.#space(true)
    );
  }

  #tuple(depth: number): string {
    return `[${this.#items(depth)}]`;
  }

  #call(depth: number): string {
    const name = this.#random.pick(['f', 'upper', 'a::b', 'x::y::z', 'é', 'true']);
    const items = this.#items(depth);
    const expands = /[^\s,/]\s*$/.test(items) && !items.includes('#') && this.#random.chance(4);
    return `${name}${this.#random.chance(8) ? ' ' : ''}(${items}${expands ? '...' : ''}${this.#space(true)})`;
  }

  #object(depth: number): string {
    const lines = this.#random.chance(2);
    const items = Array.from({ length: this.#random.below(4) }, (_, index) =>
      this.#objectItem(depth, index),
    );
    if (!lines)
      return `{${this.#gap()}${items.join(this.#random.pick([', ', ',', ' , ']))}${this.#gap()}}`;
    const separators = ['\n', ',\n', ',\n\n', '\r\n', ' # c\n', ', // c\n', '\n/* c */'];
    return `{\n${items.map((item) => `  ${item}${/\nX$/.test(item) ? '\n' : this.#random.pick(separators)}`).join('')}}`;
  }

  #objectItem(depth: number, index: number): string {
    const key = this.#random.pick([
      () => `k${index}`,
      () => `"q${index}"`,
      () => `(${this.expression(depth - 1, true)})`,
      () => `"t${index}\${x}"`,
      () => `${this.#random.pick(plainNames)}${index}`,
      () => `${index}`,
      () => 'true',
      () => `f(${index})`,
      () => `a.b${index}`,
    ])();
    return `${key}${this.#random.pick([' = ', '=', ' : ', ':', ' =  '])}${this.expression(depth - 1, false)}`;
  }

  #for(depth: number): string {
    const value = () => this.expression(depth - 1, true);
    const gap = () => this.#space(true);
    const head = `for ${this.#random.pick(['x', 'k, v', 'k,v', 'in, if'])} in ${value()}${gap()} :${gap()} `;
    const condition = this.#random.chance(3) ? `${gap()} if ${value()}` : '';
    if (this.#random.chance(2)) return `[${gap()}${head}${value()}${condition}${gap()}]`;
    const group = this.#random.chance(3) ? '...' : '';
    return `{${gap()}${head}${value()}${gap()} => ${value()}${group}${condition}${gap()}}`;
  }

  #quoted(depth: number): string {
    const pieces = Array.from({ length: this.#random.below(5) }, () => this.#piece(depth, true));
    return `"${pieces.join('')}"`;
  }

  #heredoc(depth: number): string {
    const flush = this.#random.chance(2);
    const lines = Array.from({ length: this.#random.below(5) }, () => this.#line(depth));
    return `<<${flush ? '-' : ''}X${this.#lineEnd()}${lines.join('')}${this.#random.pick(['', '  ', '\t'])}X`;
  }

  #line(depth: number): string {
    const pieces = Array.from({ length: this.#random.below(4) }, () => this.#piece(depth, false));
    return ' '.repeat(this.#random.below(5)) + pieces.join('') + this.#lineEnd();
  }

  #piece(depth: number, quoted: boolean): string {
    const random = this.#random;
    if (quoted && random.chance(8)) return random.pick(escapes);
    if (!random.chance(3)) return random.pick(words);
    if (depth > 0 && random.chance(3)) return this.#directive(depth, quoted);
    return `$${this.#braces(this.expression(depth - 1, true))}`;
  }

  #directive(depth: number, quoted: boolean): string {
    const inside = () =>
      Array.from({ length: this.#random.below(3) }, () => this.#piece(depth - 1, quoted)).join('');
    const value = this.expression(depth - 1, true);
    if (this.#random.chance(2)) {
      const name = this.#random.pick(['x', 'k, v']);
      return `%${this.#braces(`for ${name} in ${value}`)}${inside()}%${this.#braces('endfor')}`;
    }
    const middle = this.#random.chance(2) ? `%${this.#braces('else')}${inside()}` : '';
    return `%${this.#braces(`if ${value}`)}${inside()}${middle}%${this.#braces('endif')}`;
  }

  #braces(content: string): string {
    const tilde = () => (this.#random.chance(4) ? '~' : '');
    return `{${tilde()}${this.#gap()}${content}${this.#gap()}${tilde()}}`;
  }

  #comment(): string {
    return this.#random.pick(['# c', '// "c"', '/* c */', '#', '# ${', '/* \n */', '//**/']);
  }

  #gap(): string {
    return this.#random.pick([' ', ' ', ' ', '', '  ', '\t', ' /* c */ ']);
  }

  #space(free: boolean): string {
    if (!free || !this.#random.chance(5)) return this.#random.pick(['', '', '', ' ']);
    return this.#random.pick(['\n', '\r\n', ' # c\n', '\n\n  ', '/* c */', ' // d\n']);
  }

  #lineEnd(): string {
    return this.#random.chance(15) ? '\r\n' : '\n';
  }
}
