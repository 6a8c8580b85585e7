import type { Answer, OracleProblem, Question } from './oracle.ts';

/** How bake's answer differs from the oracle's, in three lines; `undefined` when it does not, or does on purpose. */
export function difference(question: Question, theirs: Answer, ours: Answer): string | undefined {
  if (theirs.panic !== undefined || theirs.problems.some(isCrash)) return undefined;
  const isFine =
    theirs.unreadable === true || ours.unreadable === true
      ? theirs.problems.length > 0 && ours.problems.length > 0
      : areAlike(question, theirs, ours);
  return isFine ? undefined : shown(question, theirs, ours);
}

/** Nothing to follow. */
function isCrash({ detail }: OracleProblem): boolean {
  return detail.includes('panic in function implementation');
}

function areAlike(question: Question, theirs: Answer, ours: Answer): boolean {
  if (theirs.problems.length === 0) {
    return ours.problems.length === 0
      ? areValuesAlike(question, theirs.value, ours.value) ||
          (mayLackType(question) && areAlikeButForType(theirs.value, ours.value))
      : ours.problems.every((each) => isEarly(question, each));
  }
  const isTold = ours.problems.some(
    (each) =>
      isEarly(question, each) || theirs.problems.some((other) => isSame(question, other, each)),
  );
  return isTold || isOutOfTheWay(question, theirs.problems);
}

/**
 * Bake tells at once what is wrong whatever an unknown turns out to be, JSON keys that are written twice,
 * a bare null looked for in what is no list, parts of a block of addresses that there are not, and a bad
 * pattern of files although no name gets that far.
 */
function isEarly({ kind, text, value }: Question, { summary }: OracleProblem): boolean {
  if (kind === 'json' && summary === 'Duplicate object attribute') return true;
  if (/^contains\(.*null|^cidrsubnet\(|^fileset\(/.test(text)) return true;
  return hasUnknown.test(`${text} ${value}`) && !unmistakable.includes(summary);
}

/** Names of variables that are unknown or hold something that is. */
const hasUnknown = /\b(?:u|part|loose)[A-Z]/;

const unmistakable: readonly string[] = [
  'Unknown variable',
  'Call to unknown function',
  'Not enough function arguments',
  'Too many function arguments',
];

/** What went wrong has a value of any type in bake, so that a conditional or `&&` stands whose other side counts. */
function isOutOfTheWay({ text, value }: Question, theirs: readonly OracleProblem[]): boolean {
  if (text.startsWith('coalescelist(') && /null/.test(text)) return true;
  // A slash in braces or brackets is no mistake in bake.
  if (/^fileset\(.*[{[][^\]}]*\//.test(text)) return true;
  if (isMisledFormatlist(text)) return true;
  const isConditional = /\?|&&|\|\||% *\{~? *if/.test(`${text} ${value}`);
  return isConditional && theirs.some(({ summary }) => following.includes(summary));
}

/** HCL takes the wrong elements when one of the lists has an unknown one. */
function isMisledFormatlist(text: string): boolean {
  return text.startsWith('formatlist(') && /\b(?:part|loose)[A-Z]/.test(text);
}

/** A `for` that would write a key twice has a value of any type in bake, as the type of the other side shows. */
function mayLackType({ text, value }: Question): boolean {
  return [text, value ?? ''].some((each) => /\?.*\bfor\b.*=>/s.test(each));
}

/** Equal when numbers and booleans are taken for their texts, lists for tuples and maps for objects. */
function areAlikeButForType(theirs: unknown, ours: unknown): boolean {
  return JSON.stringify(withoutTypes(theirs)) === JSON.stringify(withoutTypes(ours));
}

function withoutTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypes);
  if (!isTagged(value)) return String(value);
  if (isUnknown(value)) return 'unknown';
  if ('items' in value) return withoutTypes(value['items']);
  if ('entries' in value) return sorted(withoutTypes(value['entries']));
  return 'text' in value
    ? value['text']
    : Object.entries(value).map(([name, each]) => [name, withoutTypes(each)]);
}

const following: readonly string[] = [
  'Inconsistent conditional result types',
  'Invalid operand',
  'Invalid function argument',
  'Error in function call',
  'Conversion',
];

function isSame(question: Question, theirs: OracleProblem, ours: OracleProblem): boolean {
  const isSameSummary =
    theirs.summary === ours.summary ||
    counterparts.some((names) => names.includes(theirs.summary) && names.includes(ours.summary));
  return isSameSummary && isSamePlace(question, theirs, ours);
}

/** Summaries of which bake uses the one that tells more. */
const counterparts: readonly (readonly string[])[] = [
  ['Error in function call', 'Invalid function argument'],
  ['Invalid object key expression', 'Null value as key', 'Incorrect key type'],
  ['Condition is null', "Invalid 'for' condition"],
];

/**
 * Bake points at the operand, argument or key rather than the whole or the value, and at the whole of
 * what stands in quotes or parentheses and of a splat, of which HCL leaves the first part out. HCL counts
 * in the text of a JSON string without its escapes.
 */
function isSamePlace(
  { kind, text, value }: Question,
  theirs: OracleProblem,
  ours: OracleProblem,
): boolean {
  if (kind === 'json' || theirs.start === ours.start) return true;
  if (theirs.start < ours.start) return wholes.includes(theirs.summary);
  if (theirs.summary === 'Null value as key') return true;
  return [text, value ?? ''].some((each) => {
    const bytes = Buffer.from(each);
    const at = (start: number): string => String.fromCharCode(bytes[start] ?? 0);
    return '"(<'.includes(at(ours.start)) || '[.'.includes(at(theirs.start));
  });
}

const wholes: readonly string[] = ['Operation failed', 'Error in function call'];

/** Equal, as far as both know it. */
function areValuesAlike(question: Question, theirs: unknown, ours: unknown): boolean {
  if (isMisledFormatlist(question.text)) return true;
  // What stands in the folder itself is lost to doublestar.
  if (/^fileset\(.*\*\*\/\*\*/.test(question.text)) return true;
  if (isUnknown(theirs) || isUnknown(ours)) return areUnknownsAlike(question, theirs, ours);
  if (Array.isArray(theirs)) {
    return (
      Array.isArray(ours) &&
      theirs.length === ours.length &&
      theirs.every((each, index) => areValuesAlike(question, each, ours[index]))
    );
  }
  if (!isTagged(theirs) || !isTagged(ours)) return theirs === ours || isAttempt(question);
  if (/^(?:pow|log)\(/.test(question.text)) return areNearlyAlike(theirs['text'], ours['text']);
  const names = Object.keys(theirs);
  return (
    names.length === Object.keys(ours).length &&
    names.every((name) => areValuesAlike(question, theirs[name], ours[name]))
  );
}

/** `can` and `try` tell whether bake sees a mistake earlier. */
function isAttempt({ text, value }: Question): boolean {
  return hasUnknown.test(`${text} ${value}`) && /can\(|try\(/.test(`${text} ${value}`);
}

/** The last digit of a power that is no whole number depends on the processor in Go; bake has that of x86-64. */
function areNearlyAlike(theirs: unknown, ours: unknown): boolean {
  if (theirs === ours || process.arch === 'x64') return theirs === ours;
  return Math.abs(Number(theirs) / Number(ours) - 1) < 1e-14;
}

/**
 * Unknowns of one type; and what only one of the two can tell although something is unknown: bake sees
 * more of what is equal whatever the unknown is, and keeps no prefixes of unknown texts and lengths of
 * unknown lists. A YAML document that is null is null in bake.
 */
function areUnknownsAlike({ text, value }: Question, theirs: unknown, ours: unknown): boolean {
  const all = `${text} ${value}`;
  if (/\?|&&|\|\|/.test(all)) return true;
  if (!isUnknown(ours)) return /can\(|try\(|contains\(|yamldecode\(|[=!]=/.test(all);
  if (!isUnknown(theirs)) return /[=!]=|sort\(/.test(all);
  const isSameType =
    JSON.stringify(sorted(theirs['type'])) === JSON.stringify(sorted(ours['type']));
  const isSure = theirs['notNull'] !== true || ours['notNull'] === true;
  return (isSameType && isSure) || /^(?:contains|parseint)\(/.test(text);
}

type Tagged = Readonly<Record<string, unknown>>;

function isTagged(value: unknown): value is Tagged {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUnknown(value: unknown): value is Tagged {
  return isTagged(value) && value['$'] === 'unknown';
}

function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (!isTagged(data)) return data;
  return Object.entries(data)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, sorted(each)]);
}

function shown({ kind, text, value }: Question, theirs: Answer, ours: Answer): string {
  const given = value === undefined ? '' : `  <=  ${value}`;
  return `${kind}: ${text}${given}\n  HCL  ${brief(theirs)}\n  bake ${brief(ours)}`;
}

function brief({ value, problems }: Answer): string {
  if (problems.length === 0) return JSON.stringify(value).slice(0, 500);
  return problems.map(({ summary, start, detail }) => `${summary} @${start}: ${detail}`).join('; ');
}
