import { Diagnostics } from '../diagnostic.ts';
import { over, type Range } from '../range.ts';
import type {
  ForDirective,
  IfDirective,
  Interpolation,
  Template,
  TemplatePart,
} from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { stringType } from '../value/type.ts';
import {
  stringValue,
  unknownNotNull,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { choose, type Side } from './conditional.ts';
import { type Evaluation, evaluatePart, fail } from './evaluation.ts';
import { openLoop } from './loop.ts';
import * as messages from './messages.ts';

/**
 * A quoted string, heredoc or template file. One that is a single interpolation has the value and type
 * of what is inside; any other is a string, sensitive when any part of it is.
 */
export function evaluateTemplate(node: Template, at: Evaluation): Value {
  const [only] = node.parts;
  if (node.parts.length === 1 && only?.kind === 'interpolation')
    return evaluatePart(only.value, at);
  return join(node.parts, node.range, at);
}

/** The parts as one string; an unknown one when any part is unknown or was reported. */
function join(parts: readonly TemplatePart[], whole: Range, at: Evaluation): Value {
  const values = parts.map((part) => partOf(part, whole, at));
  return joined(values);
}

function joined(values: readonly Value[]): Value {
  const texts = values.map((value) => (value.kind === 'string' ? value.value : undefined));
  const text = texts.includes(undefined) ? undefined : texts.join('');
  const result = text === undefined ? unknownNotNull(stringType) : stringValue(text);
  return withMarksOf(result, ...values);
}

/** A string, or an unknown one. */
function partOf(part: TemplatePart, whole: Range, at: Evaluation): Value {
  switch (part.kind) {
    case 'template-text':
      return { kind: 'string', value: part.value };
    case 'interpolation':
      return interpolated(part, whole, at);
    case 'if-directive':
      return chosen(part, whole, at);
    case 'for-directive':
      return repeated(part, whole, at);
    default:
      return unreachable(part);
  }
}

function interpolated(part: Interpolation, whole: Range, at: Evaluation): Value {
  const value = evaluatePart(part.value, at);
  if (value.kind === 'null') {
    fail(at, messages.nullInTemplate(part.value, whole), part.value);
    return withMarksOf(unknownValue(stringType), value);
  }
  try {
    return convert(value, stringType);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(at, messages.notTextInTemplate(part.value, whole, value), part.value);
    return withMarksOf(unknownValue(stringType), value);
  }
}

function chosen(part: IfDirective, whole: Range, at: Evaluation): Value {
  const then = sideOf(part.then, part.sequences.if.close, whole, at);
  const other = sideOf(part.else ?? [], part.sequences.endif.open, whole, at);
  return choose(part.condition, then, other, part.range, at);
}

function sideOf(
  parts: readonly TemplatePart[],
  fallback: Range,
  whole: Range,
  at: Evaluation,
): Side {
  const diagnostics = new Diagnostics();
  const value = join(parts, whole, { ...at, diagnostics });
  const [first] = parts;
  const last = parts.at(-1);
  const range = first && last ? over(first.range, last.range) : fallback;
  return { value, diagnostics, range };
}

function repeated(part: ForDirective, whole: Range, at: Evaluation): Value {
  const names = { key: part.key, value: part.value };
  const loop = openLoop(part.collection, names, part.range, at);
  if (loop?.passes === undefined) {
    return withMarksOf(unknownValue(stringType), ...(loop === undefined ? [] : [loop.collection]));
  }
  const rounds: Value[] = [];
  for (const pass of loop.passes) {
    const before = pass.diagnostics.list.length;
    rounds.push(join(part.body, whole, pass));
    // What is wrong with one element mostly is with all; once is enough to say so.
    if (pass.diagnostics.list.length > before) break;
  }
  return withMarksOf(joined(rounds), loop.collection);
}

function unreachable(part: never): never {
  throw new Error(`no such template part: ${JSON.stringify(part)}`);
}
