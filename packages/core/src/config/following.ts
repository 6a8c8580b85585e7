import { anyType, type Diagnostic, type Range, showRange, textOf } from '@bake/hcl';
import type { Template, VariableDeclaration } from './template.ts';

/**
 * What is said of a template, without what may only follow from mistakes of its form, which are reported
 * already: names that stand where they are not expected after a block that was not made out, what lacks
 * in a block with such a mistake, and what is said of the line, or of the value, that has one. With any such mistake, a name that
 * nothing in the template has may have been meant to be declared there. What is close to a name that there is stays.
 * Components of a plugin that is missing are missing, too.
 */
export function withoutFollowing(
  diagnostics: readonly Diagnostic[],
  mistakes: readonly Diagnostic[],
): readonly Diagnostic[] {
  const told = withoutMissing(diagnostics);
  if (mistakes.length === 0) return told;
  const hasGrave = mistakes.some(isGrave);
  return told.filter((said) => {
    if (said.severity === 'warning') return true;
    if (mistakes.some((mistake) => isHeadOf(mistake, said))) return false;
    if (said.detail.includes('Did you mean')) return true;
    return !(hasGrave && isAbsent(said)) && !mistakes.some((mistake) => isDueTo(said, mistake));
  });
}

/** A plugin's components are called what the template calls it, or begin with that and a dash. */
function withoutMissing(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const missing = diagnostics.flatMap(({ code, subject }) =>
    code === 'missing-plugin' && subject !== undefined ? nameAt(subject) : [],
  );
  if (missing.length === 0) return diagnostics;
  return diagnostics.filter(({ code, subject }) => {
    if (code !== 'unknown-component' || subject === undefined) return true;
    const component = nameAt(subject);
    return !missing.some((name) => component === name || component.startsWith(`${name}-`));
  });
}

function nameAt(place: Range): string {
  return textOf(place).replaceAll('"', '');
}

function isGrave({ code }: Diagnostic): boolean {
  return !light.has(code);
}

/**
 * Variables as they are declared, without type and value of those in whose block there is such a mistake: what would be said of them
 * would only follow from it.
 */
export function withoutBroken(
  variables: Template['variables'],
  mistakes: readonly Diagnostic[],
): Template['variables'] {
  if (mistakes.length === 0) return variables;
  const places = mistakes.flatMap(({ subject }) => subject ?? []);
  return new Map(
    [...variables].map(([name, variable]) => {
      const isBroken = places.some((place) => isInBlock(place, variable.range));
      return [name, isBroken ? unknownVariable(variable) : variable];
    }),
  );
}

function unknownVariable(variable: VariableDeclaration): VariableDeclaration {
  const { range } = variable;
  return {
    ...variable,
    type: anyType,
    typeDefaults: undefined,
    default: variable.default && { kind: 'invalid', range },
    validations: [],
  };
}

/** Something that the template is said not to have; of data sources the last of a type takes the type along. */
function isAbsent({ code, context }: Diagnostic): boolean {
  if (absent.has(code)) return true;
  return (
    code === 'unsupported-attribute' && context !== undefined && /^data\./.test(textOf(context))
  );
}

/** Of the mistakes in what is declared, those after which a name may be missing. */
export function hidesNames({ severity, code }: Diagnostic): boolean {
  const isHidden = misplaced.has(code) || code === 'invalid-name' || code.endsWith('-label');
  return severity === 'error' && isHidden;
}

function isDueTo({ code, subject }: Diagnostic, mistake: Diagnostic): boolean {
  const place = mistake.subject;
  if (subject === undefined || place?.source.name !== subject.source.name) return false;
  if (lacking.has(code)) return isInBlock(place, subject);
  if (hidesNames(mistake)) return false;
  if (misplaced.has(code) && !isGrave(mistake)) return false;
  if (misplaced.has(code) && place.start < subject.start) return true;
  if (subject.start <= place.start && place.end <= subject.end) return true;
  const { start, end } = showRange(place);
  const { line } = showRange(subject).start;
  // A type that was not closed goes on to what is next.
  const last = code === 'invalid-type' ? end.line + 1 : end.line;
  return start.line <= line && line <= last;
}

/** True when the mistake is in the line that should begin the block whose content the other is said of. */
function isHeadOf({ code, subject: place }: Diagnostic, said: Diagnostic): boolean {
  const { subject } = said;
  const isOfBlock = hidesNames(said) || said.code === 'duplicate-argument';
  if (!(headMistakes.has(code) && isOfBlock) || subject === undefined) return false;
  if (place?.source.name !== subject.source.name || place.start > subject.start) return false;
  const { text } = subject.source;
  const indentation = indentationOf(text, place.start);
  const lines = text.slice(place.start, subject.start).split('\n').slice(1, -1);
  return (
    indentationOf(text, subject.start) > indentation &&
    lines.every((line) => line.trim() === '' || indentationOf(line, 0) > indentation)
  );
}

/** True when no brace of the header's indentation, or less, closes the block before the place. */
function isInBlock(place: Range, { source: { name, text }, start, end }: Range): boolean {
  if (place.source.name !== name || place.start < start) return false;
  const indentation = indentationOf(text, start);
  return !new RegExp(`^ {0,${indentation}}\\}`, 'm').test(text.slice(end, place.start));
}

/** How many spaces the line begins with that holds the offset. */
function indentationOf(text: string, offset: number): number {
  const line = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return /^ */.exec(text.slice(line))?.[0].length ?? 0;
}

/** What a line is told that should begin a block. */
const headMistakes: ReadonlySet<string> = new Set([
  'invalid-block',
  'item-expected',
  'unclosed-string',
]);

/** Mistakes after which all else is as it was meant. */
const light: ReadonlySet<string> = new Set([
  'attribute-redefined',
  'backticks',
  'comma-after-argument',
  'curly-quotes',
  'invalid-character',
  'invalid-number',
  'semicolon',
  'single-quotes',
  'unsupported-operator',
]);

const absent: ReadonlySet<string> = new Set([
  'missing-build',
  'missing-dependency',
  'undeclared-name',
  'unknown-source',
]);

const misplaced: ReadonlySet<string> = new Set([
  'unexpected-block',
  'unsupported-argument',
  'unsupported-block-type',
]);

const lacking: ReadonlySet<string> = new Set([
  'missing-argument',
  'missing-dynamic-content',
  'missing-source-reference',
  'unset-variable',
]);
