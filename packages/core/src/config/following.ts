import { type Diagnostic, type Range, showRange, textOf } from '@bake/hcl';

/**
 * What is said of a template, without what may only follow from mistakes of its form, which are reported
 * already: names that stand where they are not expected after a block that was not made out, what lacks
 * in a block with such a mistake, and what stands on the same line. With any such mistake, a name that nothing
 * in the template has may have been meant to be declared there. What is close to a name that there is stays.
 */
export function withoutFollowing(
  diagnostics: readonly Diagnostic[],
  mistakes: readonly Diagnostic[],
): readonly Diagnostic[] {
  const grave = mistakes.filter(({ code }) => !light.has(code));
  if (grave.length === 0) return diagnostics;
  return diagnostics.filter((said) => {
    if (said.severity === 'warning' || said.detail.includes('Did you mean')) return true;
    return !isAbsent(said) && !grave.some((mistake) => isDueTo(said, mistake));
  });
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
  return severity === 'error' && (misplaced.has(code) || code.endsWith('-label'));
}

function isDueTo({ code, subject }: Diagnostic, mistake: Diagnostic): boolean {
  const place = mistake.subject;
  if (subject === undefined || place?.source.name !== subject.source.name) return false;
  if (lacking.has(code)) return isInBlock(place, subject);
  if (hidesNames(mistake)) return false;
  if (misplaced.has(code) && place.start < subject.start) return true;
  const { start, end } = showRange(place);
  const { line } = showRange(subject).start;
  return start.line <= line && line <= end.line;
}

/** True when no brace of the header's indentation, or less, closes the block before the place. */
function isInBlock(place: Range, { source: { text }, start, end }: Range): boolean {
  if (place.start < start) return false;
  const indentation = /^ */.exec(text.slice(text.lastIndexOf('\n', start) + 1))?.[0].length ?? 0;
  return !new RegExp(`^ {0,${indentation}}\\}`, 'm').test(text.slice(end, place.start));
}

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
  'missing-source-reference',
  'unset-variable',
]);
