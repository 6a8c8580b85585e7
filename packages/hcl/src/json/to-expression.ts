import type { Diagnostic, WithDiagnostics } from '../diagnostic.ts';
import { type Range, rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import type { Expression, ObjectItem, Template } from '../syntax/ast.ts';
import { parseExpression, parseTemplate } from '../syntax/parse.ts';
import { normalText } from '../younger-characters.ts';
import * as messages from './messages.ts';
import { offsetsIn } from './read-string.ts';
import { relocate } from './relocate.ts';
import type { JsonNumber, JsonObject, JsonString, JsonValue, StringReading } from './tree.ts';

/**
 * A JSON value as an expression (HCL's JSON syntax, "Expressions"). What is wrong in it, such as a
 * template that cannot be parsed, is told by whoever evaluates it: where strings are taken literally
 * it is not wrong.
 */
export function expressionOf(value: JsonValue, strings: StringReading): Expression {
  switch (value.kind) {
    case 'string':
      return stringExpression(value, strings);
    case 'number':
      return numberExpression(value);
    case 'literal':
      return value;
    case 'array': {
      const items = value.items.map((item) => expressionOf(item, strings));
      return { kind: 'tuple', items, open: value.open, close: value.close, range: value.range };
    }
    case 'object':
      return objectExpression(value, strings);
    case 'invalid':
      return value;
  }
}

/** A string read as HCL syntax, not as a template: the type of a variable, the iterator of a `dynamic` block. */
export function syntaxIn(value: JsonString): WithDiagnostics<Expression> {
  return parsePiece(value, parseExpression);
}

function stringExpression(value: JsonString, strings: StringReading): Expression {
  if (strings === 'literal' || !/[$%]\{/.test(value.value)) return plainTemplate(value);
  const { value: parsed, diagnostics } = parsePiece(value, parseTemplate);
  const { range } = value;
  return diagnostics.length > 0
    ? { kind: 'invalid', range, problems: diagnostics }
    : { ...parsed, range };
}

function plainTemplate({ value, range }: JsonString): Template {
  const { source, start, end } = range;
  const text = normalText(value);
  const inner = rangeOf(source, start + 1, Math.max(start + 1, end - 1));
  return {
    kind: 'template',
    form: 'quoted',
    parts: text === '' ? [] : [{ kind: 'template-text', value: text, range: inner }],
    open: rangeOf(source, start, start + 1),
    close: rangeOf(source, inner.end, end),
    range,
  };
}

/** Parses a string's value, and gives the result ranges in the JSON text that the string stands in. */
function parsePiece<T>(
  value: JsonString,
  parse: (source: Source) => WithDiagnostics<T>,
): WithDiagnostics<T> {
  const { source } = value.range;
  const piece = { name: source.name, text: value.value };
  return relocate(parse(piece), piece, source, offsetsIn(value));
}

/** HCL's numbers have no sign: that is an operator. */
function numberExpression({ text, range }: JsonNumber): Expression {
  if (!text.startsWith('-')) return { kind: 'number', text, range };
  const { source, start, end } = range;
  return {
    kind: 'unary',
    operator: '-',
    operand: { kind: 'number', text: text.slice(1), range: rangeOf(source, start + 1, end) },
    operatorRange: rangeOf(source, start, start + 1),
    range,
  };
}

/** In an expression, names are templates too, and `//` is a name like any other. */
function objectExpression(value: JsonObject, strings: StringReading): Expression {
  const problems: Diagnostic[] = [];
  const seen = new Map<string, Range>();
  const items = value.properties.map((property): ObjectItem => {
    const { name } = property;
    const first = seen.get(name.value);
    if (first === undefined) seen.set(name.value, name.range);
    else problems.push(messages.duplicateKey(name.value, first, name.range));
    const key = expressionOf(name, strings);
    return { key, value: expressionOf(property.value, strings), separator: property.colon };
  });
  const { open, close, range } = value;
  return problems.length > 0
    ? { kind: 'invalid', range, problems }
    : { kind: 'object', items, open, close, range };
}
