import type { Diagnostic } from '../diagnostic.ts';
import { type Range, showRange, textOf } from '../range.ts';
import { lineText } from '../source.ts';
import { indentationAt } from './recovery-hints.ts';

/**
 * The problems of a text, in its order, without those that only follow from another: a reader who mends the
 * first sees the others go. Two mistakes of form on one line count as one, since which of them is meant
 * cannot be told.
 */
export function withoutFollowing(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  if (problems.length < 2) return problems;
  const placed = problems.map((problem) => ({ problem, ...linesOf(problem.subject) }));
  const told = placed.filter((one) => !placed.some((other) => explains(other, one)));
  return told
    .filter((one, index) => index === 0 || !follows(one, told[index - 1] as Placed))
    .map(({ problem }) => problem);
}

interface Placed {
  readonly problem: Diagnostic;
  readonly first: number;
  readonly last: number;
}

function linesOf(subject: Range | undefined): Pick<Placed, 'first' | 'last'> {
  if (subject === undefined) return { first: 0, last: 0 };
  const { start, end } = showRange(subject);
  return { first: start.line, last: end.line };
}

/** True when the one is only there because something was left open elsewhere. */
function explains({ problem: { code }, first }: Placed, { problem, ...one }: Placed): boolean {
  if (problem.code === 'unclosed-block') return swallowers.has(code);
  const isHere = one.first <= first && first <= one.last;
  if (problem.code === 'unclosed-string') return isHere && sequences.has(code);
  return isHere && brackets.has(problem.code) && code === 'unclosed-string';
}

/** True when it may be because of the problem before. */
function follows({ problem, first }: Placed, before: Placed): boolean {
  const { code, subject } = problem;
  if (first <= before.last) {
    if (code === 'unbalanced-directive') return code === before.problem.code;
    if (code === 'invalid-attribute-name') return before.problem.code === 'unclosed-string';
    return structural.has(code) && (code !== before.problem.code || !repeated.has(code));
  }
  if (subject === undefined) return false;
  // With its first line a block lost its body to the one around it.
  if (code === 'attribute-redefined') return isHead(before.problem) && isInner(subject, before);
  if (code !== 'item-expected') return false;
  if (/^[)\]}]$/.test(textOf(subject))) return true;
  const isNext = first === before.last + 1 && openers.has(before.problem.code);
  return isNext && continues.test(lineText(subject.source, first) ?? '');
}

function isHead({ code }: Diagnostic): boolean {
  return code === 'invalid-block' || code === 'item-expected' || code === 'unclosed-string';
}

function isInner({ source, start }: Range, { problem }: Placed): boolean {
  const { subject } = problem;
  return (
    subject !== undefined &&
    indentationAt(source.text, start) > indentationAt(source.text, subject.start)
  );
}

/** What hides closing braces that are there. */
const swallowers: ReadonlySet<string> = new Set([
  'unclosed-string',
  'unclosed-sequence',
  'unclosed-directive',
  'unclosed-heredoc',
  'unclosed-comment',
  'invalid-one-line-block',
]);

/** A line that looks like one inside of brackets. */
const continues = /,\s*$|^\s*[?:,&|<"]/;

/** After these the next line may be part of what was begun. */
const openers: ReadonlySet<string> = new Set(['item-expected', 'invalid-expression']);

const brackets: ReadonlySet<string> = new Set([
  'unclosed-tuple',
  'unclosed-object',
  'unclosed-call',
  'unclosed-index',
  'unclosed-parentheses',
]);

/** Mistakes of form, which text that is out of step makes in plenty. */
const structural: ReadonlySet<string> = new Set([
  ...brackets,
  'bare-interpolation',
  'extra-in-directive',
  'extra-in-interpolation',
  'invalid-block',
  'invalid-expression',
  'invalid-one-line-block',
  'item-expected',
  'missing-argument-separator',
  'missing-expression',
  'missing-item-separator',
  'missing-key-separator',
  'missing-newline',
  'nested-in-one-line-block',
  'template-in-label',
  'unclosed-string',
]);

/** Of these one line may well have several that have nothing to do with one another. */
const repeated: ReadonlySet<string> = new Set([
  ...brackets,
  'invalid-expression',
  'missing-argument-separator',
  'missing-item-separator',
]);

const sequences: ReadonlySet<string> = new Set(['unclosed-sequence', 'unclosed-directive']);
