import { countGraphemes, graphemes } from '../graphemes.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { hasKnownLength } from '../value/set.ts';
import { boolType, listOf, numberType, stringType, type Type } from '../value/type.ts';
import {
  isWhollyKnown,
  listValue,
  stringValue,
  typeOf,
  unknownNotNull,
  unknownValue,
  type Value,
} from '../value/value.ts';
import { itemsOf, textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { fractionText, generalText, integerText } from './format-number.ts';
import { type FormatSpec, parseFormat, type Verb } from './format-spec.ts';
import { jsonText } from './json.ts';
import { anyParameter, stringParameter } from './parameter.ts';

const values = anyParameter('values', { nullable: true, takesUnknown: true });

/** `format` and `formatlist`. */
export const formatFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'format',
    doc: 'Puts values into a text in the place of verbs such as %s, %d or %5.2f.',
    parameters: [stringParameter('format')],
    variadic: values,
    result: stringType,
    call: (args) => formatted(parseFormat(textAt(args, 0)), args.slice(1)),
  }),
  defineFunction({
    name: 'formatlist',
    doc: 'Does what format does for every element of the lists; other values are used again each time.',
    parameters: [stringParameter('format')],
    variadic: values,
    result: listOf(stringType),
    call: (args) => formatList(textAt(args, 0), args.slice(1)),
  }),
];

function formatted(spec: FormatSpec, values: readonly Value[]): Value {
  if (!values.every(isWhollyKnown)) return unknownNotNull(stringType);
  const texts = spec.parts.map((part) =>
    typeof part === 'string' ? part : verbText(part, values),
  );
  if (spec.valueCount < values.length) {
    const message = `The format has no verb for value ${spec.valueCount + 1}.`;
    throw new FunctionFailure(message, spec.valueCount + 1);
  }
  return stringValue(texts.join(''));
}

function formatList(format: string, values: readonly Value[]): Value {
  const length = rowCount(values);
  if (!values.every(hasKnownRows)) return unknownValue(listOf(stringType));
  const lists = values.map(itemsOf);
  // A format that is never used may be a wrong one.
  if (length === 0) return listValue(stringType, []);
  const spec = parseFormat(format);
  const rows = Array.from({ length }, (_, index) =>
    formatted(
      spec,
      values.map((value, column) => lists[column]?.[index] ?? value),
    ),
  );
  return listValue(stringType, rows);
}

/** How long the lists among the values are, as far as it is known; 1 when there are none. */
function rowCount(values: readonly Value[]): number {
  const lengths = values.map((value) => {
    const type = typeOf(value);
    if (type.kind === 'tuple' && value.kind !== 'null') return type.elements.length;
    return hasKnownLength(value) ? itemsOf(value)?.length : undefined;
  });
  const length = lengths.find((each) => each !== undefined) ?? 1;
  const odd = lengths.findIndex((each) => each !== undefined && each !== length);
  if (odd === -1) return length;
  const both = `The length of this list is ${lengths[odd]}, that of the one before ${length}`;
  throw new FunctionFailure(`${both}; all must be of one length.`, odd + 1);
}

/** False for what may turn out to be any number of elements. */
function hasKnownRows(value: Value): boolean {
  if (value.kind !== 'unknown') return hasKnownLength(value);
  return !['any', 'list', 'set', 'tuple'].includes(value.type.kind);
}

function verbText(verb: Verb, values: readonly Value[]): string {
  const value = values[verb.value];
  if (value === undefined) {
    const counts = `needs value ${verb.value + 1}, but the number of values is ${values.length}`;
    throw new FunctionFailure(`"${verb.text}" in the format ${counts}.`, 0);
  }
  if (value.kind === 'null' && verb.letter !== 'v') {
    throw new FunctionFailure(`"${verb.text}" can't show null; only %v can.`, verb.value + 1);
  }
  switch (verb.letter) {
    case 'v':
      return widened(plainText(value, verb), verb);
    case 't':
      return widened(String(readAs(value, boolType, verb)), verb);
    case 's':
      return widened(cut(String(readAs(value, stringType, verb)), verb.precision), verb);
    case 'q': {
      const text = cut(String(readAs(value, stringType, verb)), verb.precision);
      return widened(jsonText(stringValue(text), verb.value + 1), verb);
    }
    default:
      return numberText(value, verb);
  }
}

function plainText(value: Value, verb: Verb): string {
  if (!verb.flags.has('#')) {
    if (value.kind === 'string') return value.value;
    if (value.kind === 'number') return generalText(value.value);
  }
  return jsonText(value, verb.value + 1);
}

function numberText(value: Value, verb: Verb): string {
  const number = converted(value, numberType, verb);
  if (number.kind !== 'number') throw new Error(`A conversion to number gave a ${number.kind}.`);
  if ('eEfgG'.includes(verb.letter)) return fractionText(number.value, verb);
  const text = integerText(number.value, verb);
  if (text !== undefined) return text;
  throw new FunctionFailure(`"${verb.text}" needs a whole number.`, verb.value + 1);
}

function readAs(value: Value, type: Type, verb: Verb): string | boolean {
  const result = converted(value, type, verb);
  if (result.kind !== 'string' && result.kind !== 'bool') {
    throw new Error(`A conversion to ${type.kind} gave a ${result.kind}.`);
  }
  return result.value;
}

function converted(value: Value, type: Type, verb: Verb): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    const message = `"${verb.text}" can't show this value: ${error.message}.`;
    throw new FunctionFailure(message, verb.value + 1);
  }
}

/** A precision of 0 cuts nothing off. */
function cut(text: string, precision = 0): string {
  return precision === 0 ? text : graphemes(text).slice(0, precision).join('');
}

/** Width counts characters as a reader does; zeros fill up even text, and even on the right. */
function widened(text: string, verb: Verb): string {
  const missing = Math.max(0, (verb.width ?? 0) - countGraphemes(text));
  const filler = (verb.flags.has('0') ? '0' : ' ').repeat(missing);
  return verb.flags.has('-') ? text + filler : filler + text;
}
