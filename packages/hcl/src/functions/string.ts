import { graphemes } from '../graphemes.ts';
import { boolType, listOf, stringType } from '../value/type.ts';
import {
  boolValue,
  isWhollyKnown,
  listValue,
  stringValue,
  unknownValue,
  type Value,
} from '../value/value.ts';
import { countAt, itemsAt, textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { goSpace, lowerCase, titleCase, upperCase } from './letter-case.ts';
import { listParameter, numberParameter, stringParameter } from './parameter.ts';

/** More would not be an indentation, but a slip that fills the memory. */
const mostSpaces = 10_000;

/** Functions that make text out of text. */
export const stringFunctions: readonly HclFunction[] = [
  textFunction('upper', 'Makes all letters capitals.', ['text'], upperCase),
  textFunction('lower', 'Makes all letters small.', ['text'], lowerCase),
  textFunction('title', 'Makes the first letter of every word a capital.', ['text'], titleCase),
  textFunction('strrev', 'Turns the order of the characters round.', ['text'], (text) =>
    graphemes(text).reverse().join(''),
  ),
  textFunction('chomp', 'Takes all line breaks off the end.', ['text'], (text) =>
    text.replace(/[\r\n]+$/, ''),
  ),
  textFunction('trimspace', 'Takes white space off both ends.', ['text'], (text) =>
    trimWhile(text, (character) => goSpace.test(character)),
  ),
  textFunction(
    'trim',
    'Takes all of the given characters off both ends.',
    ['text', 'characters'],
    (text, characters) => {
      const set = new Set(characters);
      return trimWhile(text, (character) => set.has(character));
    },
  ),
  textFunction(
    'trimprefix',
    'Takes the prefix off, once, if the text starts with it.',
    ['text', 'prefix'],
    (text, prefix) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  ),
  textFunction(
    'trimsuffix',
    'Takes the suffix off, once, if the text ends with it.',
    ['text', 'suffix'],
    (text, suffix) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text),
  ),
  textFunction(
    'replace',
    'Puts another text in place of every occurrence of a text, taken literally.',
    ['text', 'search', 'replacement'],
    replaceAll,
  ),
  testFunction('startswith', 'Tells whether the text starts with the prefix.', 'prefix', (a, b) =>
    a.startsWith(b),
  ),
  testFunction('endswith', 'Tells whether the text ends with the suffix.', 'suffix', (a, b) =>
    a.endsWith(b),
  ),
  testFunction('strcontains', 'Tells whether a text is part of the text.', 'part', (a, b) =>
    a.includes(b),
  ),
  defineFunction({
    name: 'substr',
    doc: 'Cuts out characters from an offset (from the end when negative), up to a length (-1: all that follow).',
    parameters: [stringParameter('text'), numberParameter('offset'), numberParameter('length')],
    result: stringType,
    call: (args) => stringValue(substring(textAt(args, 0), countAt(args, 1), countAt(args, 2))),
  }),
  defineFunction({
    name: 'indent',
    doc: 'Puts spaces before every line but the first.',
    parameters: [numberParameter('spaces'), stringParameter('text')],
    result: stringType,
    call: (args) => {
      const spaces = countAt(args, 0);
      if (spaces < 0 || spaces > mostSpaces) {
        const bounds = `it must be from 0 to ${mostSpaces}`;
        throw new FunctionFailure(`The number of spaces is ${spaces}; ${bounds}.`, 0);
      }
      return stringValue(textAt(args, 1).replaceAll('\n', `\n${' '.repeat(spaces)}`));
    },
  }),
  defineFunction({
    name: 'join',
    doc: 'Joins the texts of one or more lists, with a separator between them.',
    parameters: [stringParameter('separator')],
    variadic: listParameter('lists', stringType),
    result: stringType,
    call: join,
  }),
  defineFunction({
    name: 'split',
    doc: 'Cuts the text at every separator into a list.',
    parameters: [stringParameter('separator'), stringParameter('text')],
    result: listOf(stringType),
    call: (args) => {
      const separator = textAt(args, 0);
      const text = textAt(args, 1);
      const parts = separator === '' ? [...text] : text.split(separator);
      return listValue(stringType, parts.map(stringValue));
    },
  }),
];

function textFunction(
  name: string,
  doc: string,
  parameters: readonly string[],
  apply: (...texts: string[]) => string,
): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: parameters.map((parameter) => stringParameter(parameter)),
    result: stringType,
    call: (args) => stringValue(apply(...args.map((_, index) => textAt(args, index)))),
  });
}

function testFunction(
  name: string,
  doc: string,
  second: string,
  test: (text: string, part: string) => boolean,
): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: [stringParameter('text'), stringParameter(second)],
    result: boolType,
    call: (args) => boolValue(test(textAt(args, 0), textAt(args, 1))),
  });
}

function trimWhile(text: string, isCut: (character: string) => boolean): string {
  const characters = [...text];
  const start = characters.findIndex((character) => !isCut(character));
  if (start === -1) return '';
  const end = characters.findLastIndex((character) => !isCut(character));
  return characters.slice(start, end + 1).join('');
}

/** An empty search text is found before every code point and at the end. */
function replaceAll(text: string, search: string, replacement: string): string {
  if (search !== '') return text.split(search).join(replacement);
  return replacement + [...text].map((character) => character + replacement).join('');
}

/**
 * A length of zero gives nothing, except after a negative offset, where it gives all that follows: so
 * cty has it, and templates may rely on it.
 */
function substring(text: string, offset: number, length: number): string {
  if (offset >= 0 && length === 0) return '';
  const characters = graphemes(text);
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  const end = length <= 0 ? characters.length : start + length;
  return characters.slice(start, end).join('');
}

function join(args: readonly Value[]): Value {
  const lists = args.slice(1);
  if (lists.length === 0) throw new FunctionFailure('Give at least one list to join.');
  if (!lists.every(isWhollyKnown)) return unknownValue(stringType);
  const parts = lists.flatMap((_, list) =>
    itemsAt(lists, list).map((item, index) => {
      if (item.kind !== 'string') {
        throw new FunctionFailure(`Element ${index} is null; only texts can be joined.`, list + 1);
      }
      return item.value;
    }),
  );
  return stringValue(parts.join(textAt(args, 0)));
}
