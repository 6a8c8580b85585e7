import { over, type Range, rangeOf } from '../range.ts';
import type { Expression, Unary } from './ast.ts';
import * as messages from './messages.ts';
import { binaryOperators, precedences } from './operators.ts';
import { parseCall } from './parse-call.ts';
import { parseObject, parseParentheses, parseTuple } from './parse-collection.ts';
import { parseHeredoc, parseQuoted } from './parse-template.ts';
import { parseTraversals } from './parse-traversal.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Expressions deeper than this are refused, so that no walk over a tree can exhaust the stack. */
const maximumDepth = 400;
/** A chain of operators leans to the left as deep as it is long; longer ones are refused for the same reason. */
const maximumChain = 1000;

/** `Expression = Binary [ "?" Expression ":" Expression ]` */
export function parseExpression(reader: TokenReader): Expression {
  if (reader.depth >= maximumDepth) return tooDeep(reader);
  reader.depth += 1;
  const condition = parseBinary(reader, 1);
  const result =
    reader.kind === TokenKind.question && !reader.recovering
      ? parseConditional(reader, condition)
      : condition;
  reader.depth -= 1;
  return result;
}

function tooDeep(reader: TokenReader): Expression {
  reader.fail(messages.nestedTooDeeply(reader.here()));
  return reader.invalid();
}

function tooLong(reader: TokenReader, left: Expression): Expression {
  reader.fail(messages.chainTooLong(reader.here()));
  return left;
}

function parseConditional(reader: TokenReader, condition: Expression): Expression {
  const question = reader.take();
  const then = reader.expression();
  let colon = reader.gap();
  if (reader.kind === TokenKind.colon) colon = reader.take();
  else
    reader.fail(
      messages.missingFalseExpression(reader.here(), over(condition.range, reader.here())),
    );
  const otherwise = reader.recovering ? reader.invalid(reader.gap()) : reader.expression();
  const range = over(condition.range, otherwise.range);
  return { kind: 'conditional', condition, then, else: otherwise, question, colon, range };
}

/** Everything with two-sided operators of at least this precedence; one loop does all levels. */
function parseBinary(reader: TokenReader, minimum: number): Expression {
  let left = parseOperand(reader);
  for (let length = 0; ; length += 1) {
    const { kind } = reader;
    const precedence = precedences[kind] as number;
    if (precedence === 0 || precedence < minimum || reader.recovering) return left;
    if (length === maximumChain) return tooLong(reader, left);
    const operatorRange = reader.take();
    const right = parseBinary(reader, precedence + 1);
    left = binary(kind, left, right, operatorRange);
  }
}

function binary(
  kind: TokenKind,
  left: Expression,
  right: Expression,
  operatorRange: Range,
): Expression {
  const range = over(left.range, right.range);
  const operator = binaryOperators[kind];
  if (operator === undefined) return { kind: 'invalid', range };
  return { kind: 'binary', operator, left, right, operatorRange, range };
}

/** `Operand = Term { "." Name | "[" Expression "]" | ... }` */
function parseOperand(reader: TokenReader): Expression {
  const term = parseTerm(reader);
  const { kind } = reader;
  if (kind !== TokenKind.dot && kind !== TokenKind.openBracket) return term;
  return parseTraversals(reader, term);
}

function parseTerm(reader: TokenReader): Expression {
  switch (reader.kind) {
    case TokenKind.identifier:
      return parseName(reader);
    case TokenKind.openQuote:
      return parseQuoted(reader);
    case TokenKind.number:
      return parseNumber(reader);
    case TokenKind.openBracket:
      return parseTuple(reader);
    case TokenKind.openBrace:
      return parseObject(reader);
    case TokenKind.openParen:
      return parseParentheses(reader);
    case TokenKind.openHeredoc:
      return parseHeredoc(reader);
    case TokenKind.minus:
    case TokenKind.bang:
      return parseUnary(reader, reader.kind === TokenKind.minus ? '-' : '!');
    case TokenKind.foreignValue:
      return reader.foreignValue();
    default:
      reader.fail(messages.expressionExpected(reader));
      return reader.invalid();
  }
}

/** A variable's name, a function's, or one of the words that are values. */
function parseName(reader: TokenReader): Expression {
  const name = reader.text;
  const range = reader.take();
  if (reader.kind === TokenKind.openParen || reader.kind === TokenKind.doubleColon) {
    return parseCall(reader, { kind: 'identifier', name, range });
  }
  switch (name) {
    case 'true':
      return { kind: 'literal', value: true, range };
    case 'false':
      return { kind: 'literal', value: false, range };
    case 'null':
      return { kind: 'literal', value: null, range };
    default:
      return { kind: 'variable', name, range };
  }
}

function parseNumber(reader: TokenReader): Expression {
  const text = reader.text;
  const range = reader.take();
  if (text.length > 1 && !isNumber(text)) {
    reader.complain(messages.invalidNumber(range, text));
    return reader.invalid(range);
  }
  const { kind, start } = reader;
  // `0x1F` and `1_000` come as a number and a name without a space between them.
  // But `1if` may be the end of a `for`, and is then well written.
  if (kind === TokenKind.identifier && start === range.end && !reader.atWord('if')) {
    const whole = rangeOf(reader.source, range.start, reader.end);
    reader.fail(messages.numberWithLetters(whole));
  }
  return { kind: 'number', text, range };
}

const wellFormedNumber = /^(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** What Go's `big.ParseFloat` takes: digits as expected, and a power of two that fits in 32 bits. */
function isNumber(text: string): boolean {
  const [, whole = '', fraction = '', exponent] = wellFormedNumber.exec(text) ?? [];
  if (whole === '') return false;
  if (exponent === undefined || exponent.length < 9) return true;
  const mantissa = BigInt(whole + fraction);
  if (mantissa === 0n) return true;
  const power = mantissa.toString(2).length + Number(exponent) - fraction.length;
  return power >= -(2 ** 31) && power < 2 ** 31;
}

/** `-x`, `!x`: binds to the operand with its traversals, tighter than any two-sided operator. */
function parseUnary(reader: TokenReader, operator: Unary['operator']): Expression {
  const operatorRange = reader.take();
  if (reader.depth >= maximumDepth) return tooDeep(reader);
  reader.depth += 1;
  const operand = parseOperand(reader);
  reader.depth -= 1;
  const range = over(operatorRange, operand.range);
  return { kind: 'unary', operator, operand, operatorRange, range };
}
