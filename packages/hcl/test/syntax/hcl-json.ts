import { textOf } from '../../src/range.ts';
import type {
  Block,
  Body,
  Expression,
  ForDirective,
  IfDirective,
  NumberLiteral,
  Template,
  TemplatePart,
} from '../../src/syntax/ast.ts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  [name: string]: Json;
}

/**
 * A body in the JSON form of hcl2json, or `undefined` where hcl2json has none. Constants, lists, objects
 * and templates become JSON; every other expression its own source text between `${` and `}`.
 */
export function hclJson(body: Body): JsonObject | undefined {
  try {
    return bodyJson(body);
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
}

class NoJson extends Error {}

function bodyJson(body: Body): JsonObject {
  const result = emptyObject();
  for (const item of body.items) if (item.kind === 'block') addBlock(result, item);
  for (const item of body.items) {
    if (item.kind === 'attribute') result[nfc(item.name.name)] = expressionJson(item.value);
  }
  return result;
}

/** An object that has `__proto__` as a name like any other. */
function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

function addBlock(target: JsonObject, block: Block): void {
  let place = target;
  let key = block.type.name;
  for (const label of block.labels) {
    place[key] ??= emptyObject();
    const inner = place[key];
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) throw new NoJson();
    place = inner as JsonObject;
    key = label.value;
  }
  const blocks = place[key] ?? [];
  if (!Array.isArray(blocks)) throw new NoJson();
  place[key] = [...blocks, bodyJson(block.body)];
}

function expressionJson(expression: Expression): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'number':
      return finite(Number(expression.text));
    case 'template':
      return templateJson(expression);
    case 'tuple':
      return expression.items.map(expressionJson);
    case 'object': {
      const result = emptyObject();
      for (const { key, value } of expression.items)
        result[nfc(keyJson(key))] = expressionJson(value);
      return result;
    }
    case 'unary':
      return unaryJson(expression);
    default:
      return wrap(expression);
  }
}

/** Number too large for JSON's reader come as `null` from `JSON.parse`. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function unaryJson(expression: Expression & { kind: 'unary' }): Json {
  const { operand, operator } = expression;
  if (operand.kind === 'literal') {
    if (operator === '!' && typeof operand.value === 'boolean') return !operand.value;
    throw new NoJson();
  }
  if (operand.kind !== 'number') return wrap(expression);
  if (operator === '!') throw new NoJson();
  return finite(-Number(operand.text));
}

function keyJson(key: Expression): string {
  if (key.kind === 'variable') return textOf(key.range);
  if (isPlainTraversal(key)) return textOf(key.range);
  return part(key);
}

/** What HCL reads as one traversal from a name: steps with names and constant indices. */
function isPlainTraversal(key: Expression): boolean {
  if (key.kind === 'variable') return true;
  if (key.kind === 'get-attribute') return isPlainTraversal(key.object);
  return key.kind === 'get-index' && isConstant(key.key) && isPlainTraversal(key.collection);
}

function isConstant(key: Expression): boolean {
  if (key.kind !== 'template') return key.kind === 'literal' || key.kind === 'number';
  return key.parts.every((each) => each.kind === 'template-text');
}

function templateJson(template: Template): Json {
  const [only] = template.parts;
  if (template.parts.length === 1 && only?.kind === 'interpolation')
    return expressionJson(only.value);
  return partsText(template.parts);
}

function partsText(parts: readonly TemplatePart[]): string {
  return nfc(parts.map(partText).join(''));
}

function partText(piece: TemplatePart): string {
  switch (piece.kind) {
    case 'template-text':
      return piece.value.replaceAll(/([$%])\{/g, '$1$1{');
    case 'interpolation':
      return part(piece.value);
    case 'if-directive':
      return ifText(piece);
    default:
      return forText(piece);
  }
}

function ifText({ condition, then, else: otherwise }: IfDirective): string {
  // The judge cannot evaluate `${null}`, and gives up on the part of a directive that is nothing else.
  if (isNull(then)) return '';
  return conditionalText(
    condition,
    partsText(then),
    isNull(otherwise) ? '' : partsText(otherwise ?? []),
  );
}

function isNull(parts: readonly TemplatePart[] | undefined): boolean {
  const [only] = parts ?? [];
  if (parts?.length !== 1 || only?.kind !== 'interpolation') return false;
  return only.value.kind === 'literal' && only.value.value === null;
}

function conditionalText(condition: Expression, then: string, otherwise: string): string {
  const tail = otherwise === '' ? '' : `%{else}${otherwise}`;
  return `%{if ${textOf(condition.range)}}${then}${tail}%{endif}`;
}

function forText({ key, value, collection, body }: ForDirective): string {
  if (isNull(body)) throw new NoJson();
  const names = key === undefined ? value.name : `${key.name}, ${value.name}`;
  return `%{for ${names} in ${textOf(collection.range)}}${partsText(body)}%{endfor}`;
}

/** An expression as a piece of a template's text. */
function part(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return String(expression.value);
    case 'number':
      return decimal(expression);
    case 'template':
      return partsText(expression.parts);
    case 'conditional':
      return conditionalText(expression.condition, part(expression.then), part(expression.else));
    default:
      return wrap(expression);
  }
}

/** The number without an exponent, leading or trailing zeros: how HCL turns it into text. */
function decimal({ text }: NumberLiteral): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const padded = digits.padStart(digits.length - Math.min(0, point), '0').padEnd(point, '0');
  const place = Math.max(0, point);
  const left = padded.slice(0, place).replace(/^0+(?=.)/, '') || '0';
  const right = padded.slice(place).replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
}

function wrap(expression: Expression): string {
  return `\${${textOf(expression.range)}}`;
}

function nfc(text: string): string {
  return text.normalize('NFC');
}
