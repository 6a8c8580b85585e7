import type { Random } from '../eval/expression-generator.ts';
import type { Question } from './oracle.ts';
import { variables } from './variables.ts';

const names = Object.keys(variables);

/** One of the items. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)] as T;
}

/** Up to `most` results of `make`. */
export function some<T>(random: Random, most: number, make: () => T): readonly T[] {
  return Array.from({ length: random(most + 1) }, make);
}

const numbers = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '1.5',
  '0.1',
  '1e3',
  '7',
  '1e30',
  '12345678901234567890.5',
];
const texts = [
  '"a"',
  '"b"',
  '"7"',
  '"x y"',
  '"e\\u0301"',
  '""',
  '"true"',
  '"1.50"',
  '"Inf"',
  '"👩‍👩‍👧🇩🇪"',
  '"\\u1100\\u1161"',
];
const words = ['true', 'false', 'null', '[]', '{}'];
const types = [
  'any',
  'string',
  'number',
  'bool',
  'list(string)',
  'list(any)',
  'list(list(any))',
  'set(string)',
  'set(number)',
  'set(any)',
  'map(string)',
  'map(any)',
  'map(list(string))',
  'tuple([string, number])',
  'tuple([])',
  'object({ a = string })',
  'object({ a = number, b = string })',
  'object({})',
];

/** A literal or the name of a variable. */
export function leaf(random: Random, locals: readonly string[] = []): string {
  switch (random(8)) {
    case 0:
      return pick(random, numbers);
    case 1:
      return pick(random, texts);
    case 2:
      return pick(random, words);
    case 3:
      return pick(random, locals.length > 0 ? locals : names);
    default:
      return pick(random, names);
  }
}

/** An expression over literals and `variables`, of every kind that the language has. */
export function expression(random: Random, depth: number, locals: readonly string[] = []): string {
  if (depth <= 0) return leaf(random, locals);
  const part = (): string => expression(random, depth - 1, locals);
  const within = (...more: string[]): string => expression(random, depth - 1, [...locals, ...more]);
  const of = <T>(items: readonly T[]): T => pick(random, items);
  const list = (): string => `[${some(random, 3, part).join(', ')}]`;
  const key = (): string => of(['a', 'b', 'c', '"d e"', `(${part()})`, '"${s}"', '1', 'true', 's']);
  const object = (): string =>
    `{${some(random, 3, () => `${key()} ${of(['=', ':'])} ${part()}`).join(', ')}}`;
  const guard = (): string => of(['', '', ` if ${of(['yes', 'uBool', 'x != null', within('x')])}`]);
  const tilde = (): string => of(['', '', '~']);
  const kinds: readonly (() => string)[] = [
    () => leaf(random, locals),
    list,
    object,
    () => `(${part()} ${of(['+', '-', '*', '/', '%'])} ${part()})`,
    () => `(${part()} ${of(['==', '!='])} ${part()})`,
    () => `(${part()} ${of(['<', '<=', '>', '>='])} ${part()})`,
    () => `(${part()} ${of(['&&', '||'])} ${part()})`,
    () => `(${of(['yes', 'no', 'uBool', part()])} ? ${part()} : ${part()})`,
    () => `(${of(['yes', 'no', 'uBool', part()])} ? ${part()} : ${part()})`,
    () => `${of(['-', '!'])}(${part()})`,
    () => `(${part()})[${of(['0', '1', '"0"', '"a"', '-1', '1.5', part()])}]`,
    () => `(${part()}).${of(['a', 'b', 'c', 'name', '0', '1'])}`,
    () => `(${part()})[*]${of(['', '.a', '.name', '[0]', '.a.b', '["a"]', '[*]'])}`,
    () => `(${part()}).*${of(['.a', '.name', '.0', '.a[0]'])}`,
    () => `[for x in ${part()} : ${within('x')}${guard()}]`,
    () => `[for k, x in ${part()} : ${within('x', 'k')}${guard()}]`,
    () =>
      `{for k, x in ${part()} : ${of(['k', 'x', within('x', 'k')])} => ${within('x', 'k')}${guard()}}`,
    () => `{for x in ${part()} : ${of(['x', within('x')])} => ${within('x')}...${guard()}}`,
    () => `"${template(random, depth - 1, locals)}"`,
    () => `"${of(['', 'p', ' '])}\${${tilde()} ${part()} ${tilde()}}${of(['', ' q'])}"`,
    () => heredoc(random, depth - 1, locals),
    () => `convert(${part()}, ${of(types)})`,
    () => `try(${part()}, ${part()})`,
    () => `can(${part()})`,
    () => `(${part()})`,
  ];
  return of(kinds)();
}

/** What may stand in a quoted template. */
export function template(random: Random, depth: number, locals: readonly string[] = []): string {
  const part = (...more: string[]): string => expression(random, depth - 1, [...locals, ...more]);
  const inner = (...more: string[]): string => template(random, depth - 1, [...locals, ...more]);
  const of = <T>(items: readonly T[]): T => pick(random, items);
  const close = (): string => of(['', '', ' ~']);
  const open = (): string => of(['', '', '~']);
  const text = (): string => of(['a', ' ', 'b c ', '  ', '$${x}', '%%{x}', '$', '%', 'é', '']);
  if (depth <= 0) return text();
  const kinds: readonly (() => string)[] = [
    text,
    () => `\${${open()}${part()}${close()}}`,
    () =>
      `%{${open()} if ${of(['yes', 'no', 'uBool', part()])}${close()}}${inner()}%{${open()} endif${close()}}`,
    () =>
      `%{${open()} if ${of(['yes', 'no', part()])}${close()}}${inner()}%{${open()} else${close()}}${inner()}%{${open()} endif${close()}}`,
    () => `%{${open()} for x in ${part()}${close()}}${inner('x')}%{${open()} endfor${close()}}`,
    () =>
      `%{${open()} for k, x in ${part()}${close()}}${inner('x', 'k')}%{${open()} endfor${close()}}`,
  ];
  return some(random, 3, () => of(kinds)()).join('');
}

function heredoc(random: Random, depth: number, locals: readonly string[]): string {
  const lines = some(random, 4, () => {
    const indent = ' '.repeat(random(5));
    return `${indent}${template(random, depth, locals).replaceAll(/\n/g, ' ')}`;
  });
  return `<<${pick(random, ['-', '-', ''])}EOT\n${lines.map((line) => `${line}\n`).join('')}EOT\n`;
}

const jsonKeys = ['a', 'b', '//', '${s}', '${uText}', '${nullText}', '${list}', 'é'];

/** A value of the JSON spelling. */
export function jsonText(random: Random, depth: number): string {
  const part = (): string => jsonText(random, depth - 1);
  const string = (): string => JSON.stringify(template(random, 2));
  if (depth <= 0) {
    return pick(random, [
      string,
      () => JSON.stringify(`\${${expression(random, 2)}}`),
      () => pick(random, ['true', 'false', 'null', '1', '-1.50', '1e400', '0', '"\\u0065\\u0301"']),
    ])();
  }
  const object = (): string =>
    `{${some(random, 3, () => `${JSON.stringify(pick(random, jsonKeys))}: ${part()}`).join(', ')}}`;
  return pick(random, [string, () => `[${some(random, 3, part).join(',')}]`, object])();
}

/** A type constraint. */
export function typeText(random: Random, depth: number): string {
  const part = (): string => typeText(random, depth - 1);
  if (depth <= 0)
    return pick(random, ['any', 'string', 'string', 'number', 'bool', pick(random, types)]);
  const attribute = (name: string): string => {
    const type = part();
    const fallback = expression(random, random(2)).replaceAll('\n', ' ');
    return `${name} = ${pick(random, [type, `optional(${type})`, `optional(${type}, ${fallback})`])}`;
  };
  const object = (): string =>
    `object({${['a', 'b', 'c'].slice(0, random(4)).map(attribute).join(', ')}})`;
  return pick(random, [
    () => `list(${part()})`,
    () => `set(${part()})`,
    () => `map(${part()})`,
    () => `tuple([${some(random, 3, part).join(', ')}])`,
    object,
    object,
    part,
  ])();
}

/** A random question about the language itself. */
export function languageQuestion(random: Random): Question {
  switch (random(8)) {
    case 0:
      return { kind: 'template', text: template(random, 1 + random(3)) };
    case 1:
      return { kind: 'json', text: jsonText(random, random(3)) };
    case 2:
    case 3:
      return {
        kind: 'type',
        text: typeText(random, random(4)),
        value: expression(random, 1 + random(2)),
      };
    default:
      return { kind: 'expression', text: expression(random, 1 + random(3)) };
  }
}
