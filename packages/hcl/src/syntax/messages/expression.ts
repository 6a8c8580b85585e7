import { over, type Range, textOf } from '../../range.ts';
import type { Identifier } from '../ast.ts';
import { TokenKind } from '../token.ts';
import type { TokenReader } from '../token-reader.ts';
import { line, type Problem, wordAdvice } from './problem.ts';

/** Where a value should be and something else is. */
export function expressionExpected(reader: TokenReader): Problem {
  const subject = reader.here();
  if (reader.kind === TokenKind.endOfFile) {
    const detail = 'The text ends where a value should be.';
    return { code: 'missing-expression', summary: 'Missing expression', detail, subject };
  }
  const detail = expressionAdvice(reader);
  return { code: 'invalid-expression', summary: 'Invalid expression', detail, subject };
}

function expressionAdvice(reader: TokenReader): string {
  switch (reader.kind) {
    case TokenKind.newline:
      return 'A value should come before the end of this line. Begin it on this line; only inside ( ) and [ ] may it go on over line breaks.';
    case TokenKind.comma:
      return 'A value should come before this comma. Remove the comma, or write what is missing.';
    case TokenKind.closeBrace:
    case TokenKind.closeBracket:
    case TokenKind.closeParen:
    case TokenKind.closeSequence:
      return `A value should come before this "${reader.text}".`;
    case TokenKind.equal:
      return 'A value should come here, but there is an equals sign. To compare, write "==".';
    case TokenKind.star:
      return 'A value should come before this "*". There is no "**" for powers: call pow(a, b).';
    case TokenKind.plus:
      return 'A value should come before this "+". There is no "++", and numbers take no plus sign.';
    case TokenKind.dot:
      return 'A value should come before this dot. A number needs a digit before it: 0.5.';
    default:
      return `A value should come here, but "${reader.text}" cannot begin one.`;
  }
}

/** `1.2.3` */
export function invalidNumber(subject: Range, text: string): Problem {
  const detail = `"${text}" is not a number. If it is a version or an address, put it in double quotes: "${text}".`;
  return { code: 'invalid-number', summary: 'Invalid number literal', detail, subject };
}

/** `0x1F`, `1_000`, `10px` */
export function numberWithLetters(subject: Range): Problem {
  const text = textOf(subject);
  const advice = /^0[xX]/.test(text)
    ? `Numbers are written in decimal only${/^0[xX][\da-fA-F]+$/.test(text) ? `: ${BigInt(text)}` : ''}.`
    : /^[\d_]+$/.test(text)
      ? `Digits are not grouped: write ${text.replaceAll('_', '')}.`
      : `If it is text, put it in double quotes: "${text}".`;
  const detail = `"${text}" is not a number. ${advice}`;
  return { code: 'invalid-number', summary: 'Invalid number literal', detail, subject };
}

/** `a ? b` */
export function missingFalseExpression(subject: Range, context: Range): Problem {
  const detail =
    'After "condition ? value" comes ":" and the value for when the condition is false.';
  const summary = 'Missing false expression in conditional';
  return { code: 'missing-false-expression', summary, detail, subject, context };
}

/** `a.` */
export function missingAttributeName(dot: Range, reader: TokenReader): Problem {
  const advice =
    reader.kind === TokenKind.openQuote
      ? ' For a name in quotes use brackets: ["name"].'
      : reader.kind === TokenKind.newline
        ? ' It must stand on the same line.'
        : '';
  const detail = `After a dot comes the name of an attribute.${advice}`;
  const subject = reader.kind === TokenKind.newline ? dot : reader.here();
  return { code: 'invalid-attribute-name', summary: 'Invalid attribute name', detail, subject };
}

/** `a.0.1` */
export function chainedLegacyIndex(subject: Range, text: string): Problem {
  const fixed = text
    .split('.')
    .map((part) => `[${part}]`)
    .join('');
  const detail = `Two indices in a row cannot be written with dots. Write ${fixed}.`;
  return { code: 'chained-legacy-index', summary: 'Invalid legacy index syntax', detail, subject };
}

/** `a.*.*` */
export function nestedSplat(subject: Range): Problem {
  const detail =
    'Inside ".*" only names may follow. Use [*] for both, or the function flatten for lists of lists.';
  const summary = 'Nested splat expression not allowed';
  return { code: 'nested-splat', summary, detail, subject };
}

/** `a[*` */
export function unclosedSplat(subject: Range): Problem {
  const detail = 'After "[*" must come "]" at once.';
  const summary = 'Missing close bracket on splat index';
  return { code: 'unclosed-index', summary, detail, subject };
}

/** `a[0` */
export function unclosedIndex(open: Range, reader: TokenReader): Problem {
  const subject = reader.here();
  const detail = 'The index that begins with "[" must end with "]" before this place.';
  const summary = 'Missing close bracket on index';
  return { code: 'unclosed-index', summary, detail, subject, context: over(open, subject) };
}

/** `(a` */
export function unbalancedParentheses(subject: Range, open: Range): Problem {
  const detail = `The parenthesis opened on line ${line(open)} should be closed before this place.`;
  const summary = 'Unbalanced parentheses';
  return { code: 'unclosed-parentheses', summary, detail, subject, context: over(open, subject) };
}

/** `a::` */
export function missingFunctionName(subject: Range, name: Range): Problem {
  const detail = `After "${textOf(name)}::" comes the name of a function. In a conditional put a space between two colons.`;
  const context = over(name, subject);
  return {
    code: 'missing-function-name',
    summary: 'Missing function name',
    detail,
    subject,
    context,
  };
}

/** `a::b` */
export function missingOpenParenthesis(subject: Range, name: Identifier): Problem {
  const detail = `"${name.name}" can only be a function, so its arguments in parentheses should follow.`;
  const summary = 'Missing open parenthesis';
  const context = over(name.range, subject);
  return { code: 'missing-open-parenthesis', summary, detail, subject, context };
}

/** `f(a` */
export function unclosedCall(subject: Range, name: string): Problem {
  const detail = `There is no ")" for this call of "${name}".`;
  return { code: 'unclosed-call', summary: 'Unterminated function call', detail, subject };
}

/** `f(a b)` */
export function missingArgumentSeparator(subject: Range, context: Range, text: string): Problem {
  const detail = `Arguments are separated by commas. Put a comma or ")" before "${text}".`;
  const summary = 'Missing argument separator';
  return { code: 'missing-argument-separator', summary, detail, subject, context };
}

/** `f(a..., b)` */
export function argumentAfterExpansion(subject: Range, context: Range): Problem {
  const detail = 'Only the last argument may have "...", and ")" must follow it.';
  const summary = 'Missing closing parenthesis';
  return { code: 'argument-after-expansion', summary, detail, subject, context };
}

/** `[a` */
export function unclosedTuple(subject: Range): Problem {
  const detail = 'There is no "]" for this bracket.';
  const summary = 'Unterminated tuple constructor expression';
  return { code: 'unclosed-tuple', summary, detail, subject };
}

/** `[a b]` */
export function missingItemSeparator(subject: Range, context: Range, reader: TokenReader): Problem {
  const isAssignment = reader.kind === TokenKind.equal || reader.kind === TokenKind.colon;
  const advice = isAssignment
    ? 'Names with values belong in an object, which stands in braces: { name = value }.'
    : `Put a comma or "]" before "${reader.text}".`;
  const detail = `Items are separated by commas. ${advice}`;
  const summary = 'Missing item separator';
  return { code: 'missing-item-separator', summary, detail, subject, context };
}

/** `{ a = 1` */
export function unclosedObject(subject: Range): Problem {
  const detail = 'There is no "}" for this brace.';
  const summary = 'Unterminated object constructor expression';
  return { code: 'unclosed-object', summary, detail, subject };
}

/** `{ a 1 }` */
export function missingObjectSeparator(reader: TokenReader, context: Range): Problem {
  const subject = reader.here();
  const { kind } = reader;
  if (kind === TokenKind.newline || kind === TokenKind.comma || kind === TokenKind.closeBrace) {
    const detail = 'Each name in an object needs a value: name = value.';
    const summary =
      kind === TokenKind.closeBrace ? 'Missing key/value separator' : 'Missing attribute value';
    return { code: 'missing-attribute-value', summary, detail, subject, context };
  }
  const detail = `An equals sign should come here, between a name and its value, but there is "${reader.text}".${objectAdvice(kind)}`;
  const summary = 'Missing key/value separator';
  return { code: 'missing-key-separator', summary, detail, subject, context };
}

function objectAdvice(kind: TokenKind): string {
  switch (kind) {
    case TokenKind.fatArrow:
      return ' "=>" belongs to "for" alone; write "=".';
    case TokenKind.openBrace:
    case TokenKind.openQuote:
      return ' Blocks cannot stand inside a value; write name = { ... }.';
    default:
      return ' A name with spaces or dots stands in double quotes.';
  }
}

/** `{ a = 1 b = 2 }` */
export function missingObjectItemSeparator(reader: TokenReader, context: Range): Problem {
  const subject = reader.here();
  const detail = `Items are separated by commas or line breaks. Put one before "${reader.text}".${wordAdvice(reader)}`;
  const summary = 'Missing attribute separator';
  return { code: 'missing-item-separator', summary, detail, subject, context };
}

const forSummaries = {
  expression: "Invalid 'for' expression",
  directive: "Invalid 'for' directive",
} as const;

/** `for 1` */
export function missingForName(
  subject: Range,
  where: keyof typeof forSummaries,
  place: string,
): Problem {
  const detail = `A name for the element should come ${place}: for x in list, or for key, value in map.`;
  return { code: 'invalid-for', summary: forSummaries[where], detail, subject };
}

/** `for x of list` */
export function missingIn(subject: Range, where: keyof typeof forSummaries): Problem {
  const detail = 'The word "in" should come here: for x in list.';
  return { code: 'invalid-for', summary: forSummaries[where], detail, subject };
}

/** `[for x in list x]` */
export function missingForColon(subject: Range): Problem {
  const detail = 'A colon should come between the list and the value: [for x in list : x].';
  return { code: 'invalid-for', summary: forSummaries.expression, detail, subject };
}

/** `{for x in list : x}` */
export function missingForKey(subject: Range): Problem {
  const detail =
    'A "for" in braces makes an object, so each value needs a key: {for x in list : key => value}. For a list use brackets.';
  return { code: 'invalid-for', summary: forSummaries.expression, detail, subject };
}

/** `{for x in list : k = v}` */
export function equalInFor(subject: Range): Problem {
  const detail =
    'In a "for" the key and the value are joined by "=>": {for x in list : key => value}.';
  return { code: 'invalid-for', summary: forSummaries.expression, detail, subject };
}

/** `[for x in list : k => v]` */
export function keyInTuple(subject: Range): Problem {
  const detail =
    'A "for" in brackets makes a list, which has no keys. For an object use braces: {for x in list : key => value}.';
  return { code: 'invalid-for', summary: forSummaries.expression, detail, subject };
}

/** `[for x in list : v...]` */
export function groupInTuple(subject: Range): Problem {
  const detail = 'Only a "for" in braces, which has keys, can group values with "...".';
  return { code: 'invalid-for', summary: forSummaries.expression, detail, subject };
}

/** `[for x in list : x y]` */
export function extraAfterFor(reader: TokenReader, open: Range): Problem {
  const subject = reader.here();
  const closer = textOf(open) === '[' ? ']' : '}';
  const detail = `The "for" is complete before this place, so "${closer}" or "if" should come next.`;
  const context = over(open, subject);
  return { code: 'invalid-for', summary: forSummaries.expression, detail, subject, context };
}

/** A whole text that is one expression, and more. */
export function extraAfterExpression(reader: TokenReader): Problem {
  const detail = `The value is complete before this place.${wordAdvice(reader)}`;
  const summary = 'Extra characters after expression';
  return { code: 'extra-after-expression', summary, detail, subject: reader.here() };
}
