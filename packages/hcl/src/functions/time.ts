import { numFromInteger } from '../value/number.ts';
import { numberType, objectOf, stringType, type Type } from '../value/type.ts';
import { numberValue, objectValue, stringValue, type Value } from '../value/value.ts';
import { countAt, textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { formatDate } from './format-date.ts';
import { formatGoLayout } from './go-time-layout.ts';
import {
  formatRfc3339,
  isoWeekOf,
  type Moment,
  momentOf,
  monthNames,
  unixSeconds,
  weekdayNames,
  weekdayOf,
  yearDayOf,
} from './moment.ts';
import { numberParameter, stringParameter } from './parameter.ts';
import { parseRfc3339 } from './parse-rfc3339.ts';
import { formatStrftime } from './strftime.ts';

/** Functions of date and time. */
export const timeFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'timestamp',
    doc: 'Gives the current time in UTC, in RFC 3339.',
    parameters: [],
    result: stringType,
    call: () => stringValue(formatRfc3339(momentOf(new Date()))),
  }),
  defineFunction({
    name: 'formatdate',
    doc: 'Writes a time, given in RFC 3339, in another form, such as "YYYY-MM-DD hh:mm".',
    parameters: [stringParameter('format'), stringParameter('time')],
    result: stringType,
    call: (args) => {
      const moment = parseRfc3339(textAt(args, 1), 'strict', 1);
      return stringValue(formatDate(textAt(args, 0), moment));
    },
  }),
  startTimeFunction(
    'legacy_isotime',
    'Writes the time the program was started at, in UTC, in the form of a Go layout.',
    formatGoLayout,
  ),
  startTimeFunction(
    'legacy_strftime',
    'Writes the time the program was started at, in UTC, in the form that strftime takes.',
    formatStrftime,
  ),
  defineFunction({
    name: 'rfc3339_parse',
    doc: 'Takes a time, given in RFC 3339, apart.',
    parameters: [stringParameter('time')],
    result: partsType('unix', numberType),
    call: (args) => {
      const moment = parseRfc3339(textAt(args, 0), 'loose', 0);
      return objectValue({ ...partsOf(moment), unix: count(unixSeconds(moment)) });
    },
  }),
  defineFunction({
    name: 'unix_timestamp_parse',
    doc: 'Takes a time, given in seconds since 1970, apart, in UTC.',
    parameters: [numberParameter('seconds')],
    result: partsType('rfc3339', stringType),
    call: (args) => {
      const date = new Date(countAt(args, 0) * 1000);
      if (Number.isNaN(date.getTime())) {
        throw new FunctionFailure('The time lies too many years away to be written as a date.', 0);
      }
      const moment = momentOf(date);
      return objectValue({ ...partsOf(moment), rfc3339: stringValue(formatRfc3339(moment)) });
    },
  }),
];

/** Without a format, RFC 3339. */
function startTimeFunction(
  name: string,
  doc: string,
  write: (format: string, moment: Moment) => string,
): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: [],
    variadic: stringParameter('format'),
    result: stringType,
    call: (args, { startTime }) => {
      if (args.length > 1) throw new FunctionFailure('Give one format, or none for RFC 3339.', 1);
      const moment = momentOf(startTime);
      return stringValue(
        args.length === 0 ? formatRfc3339(moment) : write(textAt(args, 0), moment),
      );
    },
  });
}

function partsType(last: string, type: Type): Type {
  const numbers = ['year', 'year_day', 'day', 'month', 'weekday', 'hour', 'minute', 'second'];
  const types = [...numbers, 'iso_year', 'iso_week'].map((name) => [name, numberType] as const);
  const names = ['month_name', 'weekday_name'].map((name) => [name, stringType] as const);
  return objectOf(new Map([...types, ...names, [last, type]]));
}

function partsOf(moment: Moment): Readonly<Record<string, Value>> {
  const weekday = weekdayOf(moment);
  const iso = isoWeekOf(moment);
  return {
    year: count(moment.year),
    year_day: count(yearDayOf(moment)),
    day: count(moment.day),
    month: count(moment.month),
    month_name: stringValue(monthNames[moment.month - 1] ?? ''),
    weekday: count(weekday),
    weekday_name: stringValue(weekdayNames[weekday] ?? ''),
    hour: count(moment.hour),
    minute: count(moment.minute),
    second: count(moment.second),
    iso_year: count(iso.year),
    iso_week: count(iso.week),
  };
}

function count(number: number): Value {
  return numberValue(numFromInteger(number));
}
