import { compareText, type JsonValue } from '@bake/hcl';

/** JSON as plain data, without places. */
export type JsonData = null | boolean | number | string | readonly JsonData[] | JsonRecord;

/** A JSON object as plain data. */
export interface JsonRecord {
  readonly [name: string]: JsonData;
}

/** True for an object, false for an array and everything else. */
export function isRecord(data: JsonData | undefined): data is JsonRecord {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** The data that a JSON text holds. Of properties with the same name the last counts, as in Go. */
export function dataOf(value: JsonValue): JsonData {
  switch (value.kind) {
    case 'object':
      return Object.fromEntries(
        value.properties.map(({ name, value: inner }) => [name.value, dataOf(inner)]),
      );
    case 'array':
      return value.items.map(dataOf);
    case 'number':
      return Number(value.text);
    case 'invalid':
      return null;
    default:
      return value.value;
  }
}

/**
 * The text that Packer writes for the data: Go's encoding with two spaces and sorted names, in which of the
 * characters that Go escapes for HTML's sake `<` and `>` are plain again and `&` is not.
 */
export function jsonText(data: JsonData, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(data)) {
    const items = data.map((item: JsonData) => `${inner}${jsonText(item, inner)}`);
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (isRecord(data)) {
    const properties = Object.keys(data)
      .toSorted(compareText)
      .map((name) => `${inner}${stringText(name)}: ${jsonText(data[name] as JsonData, inner)}`);
    return properties.length === 0 ? '{}' : `{\n${properties.join(',\n')}\n${indent}}`;
  }
  return typeof data === 'string' ? stringText(data) : JSON.stringify(data);
}

function stringText(text: string): string {
  return JSON.stringify(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')).replaceAll(
    /[&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
