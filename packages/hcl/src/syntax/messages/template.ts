import { over, type Range, textOf } from '../../range.ts';
import { suggest } from '../../suggest.ts';
import type { TokenReader } from '../token-reader.ts';
import { line, type Problem, wordAdvice } from './problem.ts';

/** `${` or `%{` without `}`. */
export function unclosedSequence(subject: Range): Problem {
  const detail = `There is no "}" for this "${textOf(subject)}" before the end of the string. To write it as text, double its first character.`;
  const summary = 'Unclosed template interpolation sequence';
  return { code: 'unclosed-sequence', summary, detail, subject };
}

/** `${a b}` */
export function extraInInterpolation(reader: TokenReader, open: Range): Problem {
  const detail = `The expression is complete before this place, so "}" should come next.${wordAdvice(reader)} If this is meant for a shell or another language rather than for bake, write "$\${" in place of "\${".`;
  const summary = 'Extra characters after interpolation expression';
  const subject = reader.here();
  return { code: 'extra-in-interpolation', summary, detail, subject, context: over(open, subject) };
}

/** `%{ else if x }` */
export function extraInDirective(reader: TokenReader, name: string): Problem {
  const advice =
    name === 'else' && reader.atWord('if')
      ? ' There is no "else if": put a second %{ if } inside the %{ else } part, with an %{ endif } of its own.'
      : '';
  const detail = `The directive "${name}" is complete before this place, so "}" should come next.${advice}`;
  const summary = `Extra characters in ${name} marker`;
  return { code: 'extra-in-directive', summary, detail, subject: reader.here() };
}

/** `%{ }` */
export function missingDirective(subject: Range, context: Range): Problem {
  const detail =
    'After "%{" comes one of the words if, else, endif, for, endfor. To write "%{" as text, double the percent sign: "%%{".';
  return {
    code: 'missing-directive',
    summary: 'Invalid template directive',
    detail,
    subject,
    context,
  };
}

/** `%{ elseif x }` */
export function unknownDirective(subject: Range, word: string, context: Range): Problem {
  const advice = /^els(e_?if|if|eif)$/i.test(word)
    ? 'There is no "else if": put a second %{ if } inside the %{ else } part, with an %{ endif } of its own.'
    : didYouMean(word, ['if', 'else', 'endif', 'for', 'endfor']);
  const detail = `"${word}" is not a template directive. ${advice}`;
  const summary = 'Invalid template control keyword';
  return { code: 'unknown-directive', summary, detail, subject, context };
}

function didYouMean(word: string, known: readonly string[]): string {
  const found = suggest(word, known);
  return found === undefined ? `There are ${known.join(', ')}.` : `Did you mean "${found}"?`;
}

/** `%{ if }` without `%{ endif }`. */
export function unclosedDirective(subject: Range, kind: string): Problem {
  const detail = `The directive that begins here needs a %{ end${kind} } before the template ends.`;
  return { code: 'unclosed-directive', summary: 'Unexpected end of template', detail, subject };
}

/** `%{ for }` ended by `%{ endif }`. */
export function wrongEnd(subject: Range, found: string, kind: string, open: Range): Problem {
  const detail = `The ${kind} directive on line ${line(open)} is still open; it ends with %{ end${kind} }.`;
  const summary = `Unexpected ${found} directive`;
  return { code: 'unbalanced-directive', summary, detail, subject, context: over(open, subject) };
}

/** `%{ endif }` alone. */
export function strayDirective(subject: Range, kind: string): Problem {
  const opener = kind === 'endfor' ? 'for' : 'if';
  const detail = `There is no %{ ${opener} } before it that is still open.`;
  return { code: 'unbalanced-directive', summary: `Unexpected ${kind} directive`, detail, subject };
}

/** Two `%{ else }`. */
export function secondElse(subject: Range, open: Range): Problem {
  const detail = `The if directive on line ${line(open)} already has an else part.`;
  return { code: 'unbalanced-directive', summary: 'Unexpected else directive', detail, subject };
}

/** `%{ else }` in a `%{ for }`. */
export function elseInFor(subject: Range, open: Range): Problem {
  const detail = `A for directive has no else part; the one on line ${line(open)} ends with %{ endfor }.`;
  return { code: 'unbalanced-directive', summary: 'Unexpected else directive', detail, subject };
}
