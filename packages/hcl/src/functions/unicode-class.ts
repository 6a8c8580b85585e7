import { categoryNames } from '../category-table.ts';
import { categoryRanges } from '../character-category.ts';
import { type CharacterRanges, characterRanges } from '../character-class.ts';
import { scriptRanges } from '../script-table.ts';
import { FunctionFailure } from './define-function.ts';

/**
 * An RE2 pattern with its Unicode classes (`\pL`, `\P{Greek}`) spelled out as ranges of Unicode 15, the version that Go and so
 * Packer knows, whatever the library that runs it has tables of. Throws `FunctionFailure`, which blames the
 * argument, for a class that Go does not know.
 */
export function withGoClasses(pattern: string, argument: number): string {
  if (!/\\p/i.test(pattern)) return pattern;
  const ignoresCase = /\(\?[a-z]*i/i.test(pattern);
  let result = '';
  let isInBrackets = false;
  for (let position = 0; position < pattern.length; ) {
    const part = partAt(pattern, position, isInBrackets);
    position += part.length;
    result += withoutClass(part, isInBrackets, ignoresCase, argument);
    isInBrackets = isInBrackets ? part !== ']' : part.startsWith('[');
  }
  return result;
}

const unicodeClass = String.raw`\\[pP](?:\{[^}]*\}|.)`;
const outside = new RegExp(String.raw`\\Q.*?(?:\\E|$)|${unicodeClass}|\\.|\[\^?\]?|[^]`, 'suy');
/** In brackets a character, or a range; a class as its end is a mistake, which is left to the library. */
const character = String.raw`(?:\\.|[^\\\]])`;
const inside = new RegExp(
  String.raw`\[:\^?\w+:\]|${unicodeClass}|\\[dDsSwW]|${character}(?:-${character})?|[^]`,
  'suy',
);

function partAt(pattern: string, position: number, isInBrackets: boolean): string {
  const kind = isInBrackets ? inside : outside;
  kind.lastIndex = position;
  return kind.exec(pattern)?.[0] ?? '';
}

function withoutClass(
  part: string,
  isInBrackets: boolean,
  ignoresCase: boolean,
  argument: number,
): string {
  if (!/^\\p./isu.test(part)) return part;
  const { name, ranges, isNegated } = readClass(part, argument);
  if (!isInBrackets) return `[${isNegated ? '^' : ''}${spelledOut(ranges)}]`;
  if (!isNegated) return spelledOut(ranges);
  // All but the letters of one case, and then the other case of these: only the library can tell what that leaves.
  return ignoresCase ? `\\P{${name}}` : spelledOut(otherThan(ranges));
}

interface UnicodeClass {
  readonly name: string;
  readonly ranges: CharacterRanges;
  readonly isNegated: boolean;
}

function readClass(part: string, argument: number): UnicodeClass {
  const [, letter, caret, given = ''] = /^\\([pP])\{?(\^?)(.*?)\}?$/su.exec(part) ?? [];
  const name = classNames().get(plain(given));
  if (name === undefined) {
    const reason = `invalid character class range: \`${part}\``;
    throw new FunctionFailure(`This is no regular expression that RE2 knows: ${reason}.`, argument);
  }
  return { name, ranges: rangesOf(name), isNegated: (letter === 'P') !== (caret === '^') };
}

function rangesOf(name: string): CharacterRanges {
  const script = scriptRanges[name];
  if (script !== undefined) return characterRanges(script);
  switch (name) {
    case 'Any':
      return [[0, lastCharacter]];
    case 'Ascii':
      return [[0, 0x7f]];
    case 'Assigned':
      return otherThan(categoryRanges('Cn'));
    case 'LC':
      return categoryRanges('Lu', 'Ll', 'Lt');
    default:
      return categoryRanges(name);
  }
}

const lastCharacter = 0x10ffff;

function otherThan(ranges: CharacterRanges): CharacterRanges {
  const starts = [0, ...ranges.map(([, last]) => last + 1)];
  const ends = [...ranges.map(([first]) => first - 1), lastCharacter];
  return starts
    .map((start, index) => [start, ends[index] as number] as const)
    .filter(([start, end]) => start <= end);
}

function spelledOut(ranges: CharacterRanges): string {
  return ranges.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('');
}

function escaped(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

let names: ReadonlyMap<string, string> | undefined;

/** The library's names of classes by what Go makes of theirs: small letters, without spaces, hyphens and underscores. */
function classNames(): ReadonlyMap<string, string> {
  names ??= new Map([
    ...[...Object.keys(scriptRanges), ...categoryNames, ...groups].map(
      (name) => [plain(name), name] as const,
    ),
    ...Object.entries(longNames),
  ]);
  return names;
}

function plain(name: string): string {
  return name.replace(/[ _-]/g, '').toLowerCase();
}

const groups = ['Any', 'Ascii', 'Assigned', 'C', 'L', 'LC', 'M', 'N', 'P', 'S', 'Z'];

/** Other names of categories. */
const longNames: Readonly<Record<string, string>> = {
  casedletter: 'LC',
  closepunctuation: 'Pe',
  combiningmark: 'M',
  connectorpunctuation: 'Pc',
  control: 'Cc',
  currencysymbol: 'Sc',
  dashpunctuation: 'Pd',
  decimalnumber: 'Nd',
  enclosingmark: 'Me',
  finalpunctuation: 'Pf',
  format: 'Cf',
  initialpunctuation: 'Pi',
  letter: 'L',
  letternumber: 'Nl',
  lineseparator: 'Zl',
  lowercaseletter: 'Ll',
  mark: 'M',
  mathsymbol: 'Sm',
  modifierletter: 'Lm',
  modifiersymbol: 'Sk',
  nonspacingmark: 'Mn',
  number: 'N',
  openpunctuation: 'Ps',
  other: 'C',
  otherletter: 'Lo',
  othernumber: 'No',
  otherpunctuation: 'Po',
  othersymbol: 'So',
  paragraphseparator: 'Zp',
  privateuse: 'Co',
  punctuation: 'P',
  separator: 'Z',
  spaceseparator: 'Zs',
  spacingmark: 'Mc',
  surrogate: 'Cs',
  symbol: 'S',
  titlecaseletter: 'Lt',
  unassigned: 'Cn',
  uppercaseletter: 'Lu',
  cntrl: 'Cc',
  digit: 'Nd',
  punct: 'P',
};
