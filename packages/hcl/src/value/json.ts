import { formatNum, isInfinite } from './number.ts';
import type { Value } from './value.ts';

export { JsonFailure, jsonToValue } from './json-parse.ts';

/** A value has no JSON form: it is unknown in some part, or infinite. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** How JSON text is written. */
export interface JsonOptions {
  /** Writes `<`, `>` and `&` as `\u003c` &c., as Go does by default and so `jsonencode` too. */
  readonly escapeHtml?: boolean;
}

/**
 * The value as compact JSON, keys in order, numbers exact. Marks are not written; the caller carries
 * them on. Throws `NotJson` for unknown and infinite parts.
 */
export function valueToJson(value: Value, options: JsonOptions = {}): string {
  switch (value.kind) {
    case 'string':
      return quoted(value.value, options);
    case 'bool':
      return String(value.value);
    case 'null':
      return 'null';
    case 'number':
      if (isInfinite(value.value)) throw new NotJson('cannot serialize infinity as JSON');
      return formatNum(value.value);
    case 'unknown':
      throw new NotJson('value is not known');
    case 'map':
    case 'object': {
      const entries = [...value.entries];
      return `{${entries
        .map(([name, entry]) => `${quoted(name, options)}:${valueToJson(entry, options)}`)
        .join(',')}}`;
    }
    default:
      return `[${value.items.map((item) => valueToJson(item, options)).join(',')}]`;
  }
}

function quoted(text: string, { escapeHtml }: JsonOptions): string {
  // Go also escapes the two separators that end a line in old JavaScript, and replaces lone surrogates.
  const special = escapeHtml ? /[<>&\u2028\u2029]|\\ud[89a-f]../g : /[\u2028\u2029]|\\ud[89a-f]../g;
  return JSON.stringify(text).replace(special, (found, offset: number, whole: string) => {
    if (found.length === 1) return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return isEscaped(whole, offset) ? found : '\\ufffd';
  });
}

/** True when the backslash at `offset` is itself escaped, so that what follows is plain text. */
function isEscaped(json: string, offset: number): boolean {
  let start = offset;
  while (json[start - 1] === '\\') start -= 1;
  return (offset - start) % 2 === 1;
}
