/** Numbers that look random and are the same in every run. */
export type Random = (below: number) => number;

/** A generator of such numbers (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** Expressions over literals and the given names, most of them sensible, some not. */
export function generate(random: Random, depth: number, names: readonly string[]): string {
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  const part = (): string => generate(random, depth - 1, names);
  const within = (...more: string[]): string => generate(random, depth - 1, [...names, ...more]);
  const number = (): string => pick(['0', '1', '2', '3', '10', '1.5', '0.1', '1e3', '7']);
  const text = (): string => pick(['"a"', '"b"', '"7"', '"x y"', '"é"', '""', '"true"']);
  const leaf = (): string =>
    pick([number, text, () => pick(names), () => pick(['true', 'false', 'null', '[]', '{}'])])();
  if (depth <= 0) return leaf();
  const type = (): string =>
    pick([
      'string',
      'number',
      'bool',
      'list(string)',
      'list(any)',
      'set(string)',
      'set(number)',
      'map(string)',
      'map(any)',
      'tuple([string, number])',
      'object({a = string})',
      'list(list(any))',
    ]);
  const list = (): string => `[${Array.from({ length: random(4) }, part).join(', ')}]`;
  const object = (): string => {
    const keys = ['a', 'b', 'c', '"d e"', `("k${random(3)}")`].slice(0, random(5));
    return `{${keys.map((key) => `${key} = ${part()}`).join(', ')}}`;
  };
  const kinds: readonly (() => string)[] = [
    leaf,
    list,
    list,
    object,
    object,
    () => `(${part()} ${pick(['+', '-', '*', '/', '%'])} ${part()})`,
    () => `(${part()} ${pick(['==', '!=', '==', '!='])} ${part()})`,
    () => `(${part()} ${pick(['<', '<=', '>', '>='])} ${number()})`,
    () => `(${pick(['true', 'false', part()])} ? ${part()} : ${part()})`,
    () => `(${pick(['true', 'false', '"true"'])} ${pick(['&&', '||'])} ${pick(['true', 'false'])})`,
    () => `(${list()})[${pick(['0', '1', '"0"', number()])}]`,
    () => `(${object()}).${pick(['a', 'b', 'c'])}`,
    () => `(${object()})["${pick(['a', 'b', 'd e', 'k1'])}"]`,
    () => `(${pick([list, object, number])()})[*]`,
    () => `[{a = ${part()}}, {a = ${part()}, b = 1}][*].a`,
    () => `{c = ${part()}}.*.c`,
    () => `[for x in ${part()} : ${within('x')}]`,
    () => `[for k, x in ${part()} : ${within('x', 'k')} if ${pick(['true', 'x != 1', 'k != 0'])}]`,
    () => `{for k, x in ${part()} : k => ${within('x', 'k')}}`,
    () => `{for x in ${list()} : x => ${within('x')}...}`,
    () =>
      `"${pick(['', 'p', ' '])}\${${pick(['', '~ '])}${part()}${pick(['', ' ~'])}}${pick(['', ' q'])}"`,
    () => `"%{ if ${pick(['true', 'false'])} }\${${part()}}%{ else }z%{ endif }"`,
    () => `"%{ for k, x in ${part()} }\${k}=\${x},%{ endfor }"`,
    () => `convert(${part()}, ${type()})`,
    () => `convert(${list()}, ${type()})`,
    () => `try(${part()}, ${part()})`,
    () => `can(${part()})`,
    () => `${pick(['-', '!'])}(${part()})`,
  ];
  return pick(kinds)();
}
