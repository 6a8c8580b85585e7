import { anyType, objectOf, stringType } from '../value/type.ts';
import { listValue, objectValue, stringValue, type Value } from '../value/value.ts';
import { textAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { stringParameter } from './parameter.ts';

/** `csvdecode(text)` */
export const csvDecode: HclFunction = defineFunction({
  name: 'csvdecode',
  doc: 'Reads comma-separated values, with names in the first line, as a list of objects.',
  parameters: [stringParameter('csv')],
  result: anyType,
  call: (args) => tableOf(readRecords(textAt(args, 0))),
});

/** One line of values; `line` is the 1-based number of the line it starts in. */
interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

function tableOf([header, ...rows]: readonly CsvRecord[]): Value {
  if (header === undefined)
    throw new FunctionFailure('The first line, with the names, is missing.', 0);
  const names = header.fields;
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) {
    throw new FunctionFailure(
      `Two columns have the name "${double}"; every name must be its own.`,
      0,
    );
  }
  const objects = rows.map(({ line, fields }) => {
    if (fields.length !== names.length) {
      const counts = `${fields.length} instead of ${names.length}`;
      throw new FunctionFailure(`The number of values in line ${line} is ${counts}.`, 0);
    }
    return objectValue(names.map((name, index) => [name, stringValue(fields[index] ?? '')]));
  });
  const type = objectOf(new Map(names.map((name) => [name, stringType])));
  return listValue(type, objects);
}

/** Reads RFC 4180 as Go does: empty lines are left out, a quote may only open or close a value. */
function readRecords(text: string): readonly CsvRecord[] {
  const lines =
    text
      .replace(/\r$/, '')
      .replaceAll('\r\n', '\n')
      .match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const records: CsvRecord[] = [];
  let position = { line: 0, column: 0 };
  while (position.line < lines.length) {
    const first = position.line;
    if (lines[first] === '\n') {
      position = { line: first + 1, column: 0 };
      continue;
    }
    const fields: string[] = [];
    do {
      const field = readField(lines, position);
      fields.push(field.value);
      position = field.end;
    } while (position.column > 0);
    records.push({ line: first + 1, fields });
  }
  return records;
}

/** Where the next value starts; column 0 is the start of a record. */
interface Position {
  readonly line: number;
  readonly column: number;
}

interface Field {
  readonly value: string;
  readonly end: Position;
}

function readField(lines: readonly string[], { line, column }: Position): Field {
  const text = lines[line] ?? '';
  if (text.charAt(column) === '"') return readQuoted(lines, { line, column: column + 1 });
  const [value = ''] = /^[^,\n]*/.exec(text.slice(column)) ?? [];
  const quote = value.indexOf('"');
  if (quote !== -1) {
    const place = `Line ${line + 1} has a quote in column ${column + quote + 1}`;
    throw new FunctionFailure(`${place}, within a value that does not start with one.`, 0);
  }
  return { value, end: after(text, { line, column: column + value.length }) };
}

function readQuoted(lines: readonly string[], start: Position): Field {
  let { line, column } = start;
  let value = '';
  for (let text = lines[line]; text !== undefined; text = lines[line]) {
    const quote = text.indexOf('"', column);
    if (quote === -1) {
      value += text.slice(column);
      line += 1;
      column = 0;
      continue;
    }
    value += text.slice(column, quote);
    column = quote + 1;
    const next = text.charAt(column);
    if (next === '' || next === '\n' || next === ',')
      return { value, end: after(text, { line, column }) };
    if (next !== '"') {
      const place = `Line ${line + 1} has more text after the closing quote in column ${quote + 1}`;
      throw new FunctionFailure(`${place}; a quote within a value is written twice.`, 0);
    }
    value += '"';
    column += 1;
  }
  throw new FunctionFailure(
    `The value that starts with a quote in line ${start.line + 1} never ends.`,
    0,
  );
}

function after(text: string, { line, column }: Position): Position {
  return text.charAt(column) === ',' ? { line, column: column + 1 } : { line: line + 1, column: 0 };
}
