import { over, type Range, textOf } from '../../range.ts';
import type { Identifier, Label } from '../ast.ts';
import { TokenKind } from '../token.ts';
import type { TokenReader } from '../token-reader.ts';
import { line, type Problem, wordAdvice } from './problem.ts';

/** Something that is neither an argument nor a block. */
export function itemExpected(reader: TokenReader): Problem {
  const detail =
    reader.kind === TokenKind.number
      ? 'A name cannot begin with a digit.'
      : `An argument (name = value) or a block (name { ... }) should come here, but there is "${reader.text}".`;
  return itemProblem(reader.here(), detail);
}

/** A `}` that closes nothing. */
export function strayBrace(subject: Range): Problem {
  const detail =
    'This brace closes nothing: every block before it is closed already. Remove it, or look for a "}" too many above.';
  return itemProblem(subject, detail);
}

/** `name` and then neither `=` nor a block. */
export function equalsExpected(reader: TokenReader, name: Identifier): Problem {
  const isAssignment = !(reader.kind === TokenKind.newline || reader.kind === TokenKind.endOfFile);
  const advice =
    reader.kind === TokenKind.dot
      ? `Names here have no dots. To set something inside "${name.name}", write it in the block or object of that name.`
      : `To set an argument, write ${name.name} = value.`;
  const found = isAssignment ? ` There is "${reader.text}" instead.` : '';
  const detail = `After "${name.name}" should come an equals sign, or "{" for a block.${found} ${advice}`;
  return itemProblem(name.range, detail);
}

function itemProblem(subject: Range, detail: string): Problem {
  const summary = 'Argument or block definition required';
  return { code: 'item-expected', summary, detail, subject };
}

/** `"name" = value` */
export function quotedName(subject: Range, name: string): Problem {
  const detail = `Names of arguments stand without quotes here: ${name} = value.`;
  return { code: 'quoted-name', summary: 'Invalid argument name', detail, subject };
}

/** The same name twice. */
export function attributeRedefined(name: Identifier, first: Identifier): Problem {
  const detail = `"${name.name}" was set on line ${line(first.range)} already. Each argument may be set once; remove one of the two.`;
  const summary = 'Attribute redefined';
  return { code: 'attribute-redefined', summary, detail, subject: name.range };
}

/** A complete value, and more on the line. */
export function newlineExpected(reader: TokenReader, name: Identifier): Problem {
  const subject = reader.here();
  const context = over(name.range, subject);
  if (reader.kind === TokenKind.comma) {
    const detail =
      'Arguments are separated by line breaks, not by commas. Remove the comma and put what follows on a line of its own.';
    const summary = 'Unexpected comma after argument';
    return { code: 'comma-after-argument', summary, detail, subject, context };
  }
  const detail = `The value of "${name.name}" is complete before this place, and nothing else may stand on its line.${wordAdvice(reader)}`;
  const summary = 'Missing newline after argument';
  return { code: 'missing-newline', summary, detail, subject, context };
}

/** A block's closing brace, and more on the line. */
export function newlineAfterBlock(reader: TokenReader, type: Identifier): Problem {
  const subject = reader.here();
  const detail = `The block "${type.name}" is complete before this place. Put what follows on a line of its own.`;
  const summary = 'Missing newline after block definition';
  return { code: 'missing-newline', summary, detail, subject };
}

/** A block header without `{`. */
export function blockExpected(
  reader: TokenReader,
  type: Identifier,
  labels: readonly Label[],
): Problem {
  const subject = reader.here();
  const context = over(type.range, subject);
  const summary = 'Invalid block definition';
  const code = 'invalid-block';
  const label = labels[0];
  const value = label === undefined ? 'value' : textOf(label.range);
  switch (reader.kind) {
    case TokenKind.equal:
      return {
        code,
        summary,
        detail: `A block has no equals sign. Remove it, or for an argument write a single name: ${type.name} = value.`,
        subject,
        context,
      };
    case TokenKind.newline:
    case TokenKind.endOfFile: {
      const detail = `A block's "{" must stand on the line of its type and labels. If "${type.name}" is meant to be an argument, an equals sign is missing: ${type.name} = ${value}.`;
      return { code, summary, detail, subject: label?.range ?? type.range, context };
    }
    default: {
      const detail = `A label in double quotes or "{" should come here. If "${type.name}" is meant to be an argument, an equals sign is missing: ${type.name} = ${value}.`;
      return { code, summary, detail, subject, context };
    }
  }
}

/** `block "a${b}" {` */
export function templateInLabel(subject: Range, text: string): Problem {
  const sign = text[0] ?? '$';
  const detail = `Labels are fixed names; nothing can be computed in them. To write "${sign}{" as text, double its first character: "${sign}${sign}{".`;
  return { code: 'template-in-label', summary: 'Invalid string literal', detail, subject };
}

/** `a {` without `}`. */
export function unclosedBlock(subject: Range, context: Range): Problem {
  const detail =
    'There is no "}" for this brace before the file ends. If the block looks complete, a brace is missing inside it.';
  const summary = 'Unclosed configuration block';
  return { code: 'unclosed-block', summary, detail, subject, context };
}

/** `a { b = 1` and more. */
export function oneLineBlock(reader: TokenReader, context: Range): Problem {
  const detail =
    'A block on one line holds one argument, and its "}" on the same line. Put every argument on a line of its own, and "}" on the last.';
  const summary = 'Invalid single-argument block definition';
  return {
    code: 'invalid-one-line-block',
    summary,
    detail,
    subject: reader.here(),
    context,
  };
}

/** `a { b { } }` */
export function nestedInOneLineBlock(subject: Range, name: string): Problem {
  const detail = `A block on one line can hold one argument only. To set "${name}" write an equals sign; for a block inside, begin a new line after "{".`;
  const summary = 'Argument definition required';
  return { code: 'nested-in-one-line-block', summary, detail, subject };
}
