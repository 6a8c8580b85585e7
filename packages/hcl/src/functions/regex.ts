import { anyType, listOf, objectOf, stringType, type Type, tupleOf } from '../value/type.ts';
import {
  listValue,
  nullValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from '../value/value.ts';
import { argumentAt, textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { stringParameter } from './parameter.ts';
import { compilePattern, type Match, matchesOf, type Pattern } from './re2.ts';
import { expandReplacement } from './regex-replacement.ts';

/** Functions with regular expressions, in RE2's syntax. */
export const regexFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'regex',
    doc: 'Gives what a regular expression matches first: the text, or its groups where it has any.',
    parameters: [stringParameter('pattern'), stringParameter('text')],
    result: resultType,
    call: (args) => {
      const pattern = compilePattern(textAt(args, 0), 0);
      groupsType(pattern);
      const [first] = matchesOf(pattern, textAt(args, 1), 1);
      if (first !== undefined) return resultOf(pattern, first);
      throw new FunctionFailure('The pattern matches nothing in the text.', 1);
    },
  }),
  defineFunction({
    name: 'regexall',
    doc: 'Lists everything that a regular expression matches, each as regex gives it.',
    parameters: [stringParameter('pattern'), stringParameter('text')],
    result: (args) => listOf(resultType(args)),
    call: (args) => {
      const pattern = compilePattern(textAt(args, 0), 0);
      const type = groupsType(pattern);
      const matches = matchesOf(pattern, textAt(args, 1));
      return listValue(
        type,
        matches.map((match) => resultOf(pattern, match)),
      );
    },
  }),
  defineFunction({
    name: 'regex_replace',
    doc: 'Puts a text, in which $1 or $name stands for a group, in place of all that a regular expression matches.',
    parameters: [
      stringParameter('text'),
      stringParameter('pattern'),
      stringParameter('replacement'),
    ],
    result: stringType,
    call: (args) => {
      const pattern = compilePattern(textAt(args, 1), 1);
      return stringValue(replaceMatches(textAt(args, 0), pattern, textAt(args, 2)));
    },
  }),
];

/** What the groups of the pattern make; a pattern that is not known yet can make anything. */
function resultType(args: readonly Value[]): Type {
  const pattern = argumentAt(args, 0);
  return pattern.kind === 'string' ? groupsType(compilePattern(pattern.value, 0)) : anyType;
}

function groupsType({ names, groupCount }: Pattern): Type {
  if (groupCount === 0) return stringType;
  if (names.size === 0) return tupleOf(Array.from({ length: groupCount }, () => stringType));
  if (names.size === groupCount) {
    return objectOf(new Map([...names.keys()].map((name) => [name, stringType])));
  }
  throw new FunctionFailure(
    'Some groups of the pattern have names and some have none; name all or none, or write "(?:" for groups that are not wanted.',
    0,
  );
}

function resultOf({ names, groupCount }: Pattern, match: Match): Value {
  if (groupCount === 0) return stringValue(match.groups[0] ?? '');
  const groups = match.groups.map((text) =>
    text === undefined ? nullValue(stringType) : stringValue(text),
  );
  if (names.size === 0) return tupleValue(groups.slice(1));
  return objectValue([...names].map(([name, index]) => [name, argumentAt(groups, index)]));
}

function replaceMatches(text: string, pattern: Pattern, replacement: string): string {
  let result = '';
  let end = 0;
  for (const match of matchesOf(pattern, text)) {
    result += text.slice(end, match.start) + expandReplacement(replacement, match, pattern);
    end = match.end;
  }
  return result + text.slice(end);
}
