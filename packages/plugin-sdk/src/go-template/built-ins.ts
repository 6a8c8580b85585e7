import { collections } from './collection.ts';
import { comparisons } from './comparison.ts';
import { escapeHtml, escapeJs, escapeUrlQuery } from './escape.ts';
import { showValue } from './format-value.ts';
import type { TemplateFunction } from './function.ts';
import { formatGo, printGo } from './printf.ts';
import { isNothing, isTrue } from './value.ts';

/** Functions that every Go template has. `and` and `or` are the evaluator's, who skips what need not be known. */
export const builtIns: Readonly<Record<string, TemplateFunction>> = {
  ...comparisons,
  ...collections,
  not: { parameters: ['any'], call: (value) => !isTrue(value) },
  print: { parameters: ['any'], variadic: true, call: (...values) => printGo(values) },
  println: {
    parameters: ['any'],
    variadic: true,
    call: (...values) => `${values.map(showValue).join(' ')}\n`,
  },
  printf: {
    parameters: ['string', 'any'],
    variadic: true,
    call: (format, ...values) => formatGo(format as string, values),
  },
  html: escaper(escapeHtml),
  js: escaper(escapeJs),
  urlquery: escaper(escapeUrlQuery),
};

function escaper(encode: (text: string) => string): TemplateFunction {
  return {
    parameters: ['any'],
    variadic: true,
    call: (...values) =>
      encode(printGo(values.map((value) => (isNothing(value) ? '<no value>' : value)))),
  };
}
