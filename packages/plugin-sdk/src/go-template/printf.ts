import { type Directive, formatValue, showValue } from './format-value.ts';
import { type GoValue, isNothing, typeName } from './value.ts';

const directivePattern =
  /%(?<flags>[-+# 0]*)(?:(?<widthIndex>\[[^\]]*\])?(?<width>\*)|(?<widthDigits>\d+))?(?:\.(?:(?<precisionIndex>\[[^\]]*\])?(?<precision>\*)|(?<precisionDigits>\d*)))?(?<verbIndex>\[[^\]]*\])?(?<verb>.)?/gsu;

/** The arguments of one call, and how far they have been used. */
interface Arguments {
  readonly values: readonly GoValue[];
  next: number;
  /** `%[2]d` was used: arguments that are left over are no mistake then. */
  reordered: boolean;
}

/**
 * Go's `fmt.Sprintf`. Mistakes show up in the text, as Go has it: `%!d(string=x)`. The verbs `p`
 * and `w` are not known, and `#` does nothing to floats.
 */
export function formatGo(format: string, values: readonly GoValue[]): string {
  const args: Arguments = { values, next: 0, reordered: false };
  const text = format.replace(directivePattern, (...match) =>
    formatDirective(match.at(-1) as Groups, args),
  );
  const extra = args.values.slice(args.next);
  if (args.reordered || extra.length === 0) {
    return text;
  }
  const shown = extra.map((value) =>
    isNothing(value) ? '<nil>' : `${typeName(value)}=${showValue(value)}`,
  );
  return `${text}%!(EXTRA ${shown.join(', ')})`;
}

/** Go's `fmt.Sprint`: a space stands between two operands when neither is a string. */
export function printGo(values: readonly GoValue[]): string {
  return values
    .map((value, index) => {
      const before = values[index - 1];
      const gap = index > 0 && typeof value !== 'string' && typeof before !== 'string';
      return (gap ? ' ' : '') + showValue(value);
    })
    .join('');
}

interface Groups {
  readonly flags: string;
  readonly widthIndex?: string;
  readonly width?: string;
  readonly widthDigits?: string;
  readonly precisionIndex?: string;
  readonly precision?: string;
  readonly precisionDigits?: string;
  readonly verbIndex?: string;
  readonly verb?: string;
}

function formatDirective(groups: Groups, args: Arguments): string {
  const width = groups.width ? starred(groups.widthIndex, args) : digits(groups.widthDigits);
  const precision = groups.precision
    ? starred(groups.precisionIndex, args)
    : digits(groups.precisionDigits);
  const isBadPrecision = groups.precision !== undefined && (precision ?? -1) < 0;
  const complaints = [
    groups.width !== undefined && width === undefined ? '%!(BADWIDTH)' : '',
    isBadPrecision ? '%!(BADPREC)' : '',
  ];
  const sizes = { width, precision: isBadPrecision ? undefined : precision };
  return complaints.join('') + formatVerb(groups, sizes, args);
}

/** Width and precision, each if it was given. */
type Sizes = Readonly<Record<'width' | 'precision', number | undefined>>;

function formatVerb(
  { flags, verb, verbIndex }: Groups,
  { width, precision }: Sizes,
  args: Arguments,
): string {
  if (verb === undefined) {
    return '%!(NOVERB)';
  }
  if (verb === '%') {
    return '%';
  }
  if (!jumpTo(verbIndex, args)) {
    return `%!${verb}(BADINDEX)`;
  }
  if (args.next >= args.values.length) {
    return `%!${verb}(MISSING)`;
  }
  const value = args.values[args.next];
  args.next++;
  const directive: Directive = {
    verb,
    // `%+v` differs from `%v` for structs alone, which templates never see.
    plus: flags.includes('+') && verb !== 'v',
    minus: flags.includes('-') || (width ?? 0) < 0,
    sharp: flags.includes('#'),
    space: flags.includes(' '),
    zero: flags.includes('0'),
    width: width === undefined ? undefined : Math.abs(width),
    precision,
  };
  return formatValue(value, directive);
}

/** A width or precision; a lone dot is precision 0. */
function digits(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** A width or precision taken from the arguments; `undefined` when there is no sensible one. */
function starred(index: string | undefined, args: Arguments): number | undefined {
  if (!jumpTo(index, args) || args.next >= args.values.length) {
    return undefined;
  }
  const value = args.values[args.next];
  args.next++;
  return typeof value === 'bigint' && value >= -largestSize && value <= largestSize
    ? Number(value)
    : undefined;
}

/** Go takes larger widths for mistakes. */
const largestSize = 1_000_000n;

/** Follows `[n]`; false when there is no argument of that number. */
function jumpTo(index: string | undefined, args: Arguments): boolean {
  if (index === undefined) {
    return true;
  }
  args.reordered = true;
  const wanted = /^\[(\d+)\]$/.exec(index)?.[1];
  const position = Number(wanted ?? 0) - 1;
  if (position < 0 || position >= args.values.length) {
    return false;
  }
  args.next = position;
  return true;
}
