import { isIdentifier } from '../syntax/characters.ts';
import { goQuote } from './go-quote.ts';
import { formatNumForConsole } from './number.ts';
import { isWhollyKnown, type Value } from './value.ts';

/**
 * The value as Packer's console and `inspect` print it: a string bare, structures over several lines
 * with nested strings quoted, null entries left out, `<unknown>` when any part is not known. Secrets
 * show as `<sensitive>`.
 */
export function renderValue(value: Value): string {
  if (value.sensitive) return hidden;
  if (!isWhollyKnown(value)) return '<unknown>';
  return value.kind === 'string' ? value.value : nested(value);
}

/** The value in one line of at most `limit` characters, for a diagnostic: `"web"`, `[1, 2, ...]`, `{ a = 1 }`. */
export function renderShort(value: Value, limit = 60): string {
  return renderInline(value, limit);
}

const hidden = '<sensitive>';

function nested(value: Value): string {
  if (value.sensitive) return hidden;
  switch (value.kind) {
    case 'string':
      return goQuote(value.value);
    case 'number':
      return formatNumForConsole(value.value);
    case 'bool':
      return String(value.value);
    case 'null':
      return 'null';
    case 'unknown':
      return '<unknown>';
    case 'map':
    case 'object': {
      const entries = [...value.entries].filter(([, entry]) => entry.kind !== 'null');
      return block(
        '{',
        '}',
        entries.map(([name, entry]) => `${goQuote(name)} = ${nested(entry)}`),
      );
    }
    default:
      return block(
        '[',
        ']',
        value.items.map((item) => `${nested(item)},`),
      );
  }
}

function block(open: string, close: string, lines: readonly string[]): string {
  if (lines.length === 0) return open + close;
  const indented = lines.map((line) => line.replace(/^/gm, '  '));
  return `${open}\n${indented.join('\n')}\n${close}`;
}

function renderInline(value: Value, limit: number): string {
  if (value.sensitive) return hidden;
  switch (value.kind) {
    case 'string':
      return shortString(value.value, limit);
    case 'list':
    case 'set':
    case 'tuple':
      return shortParts('[', ']', value.items, limit, renderInline);
    case 'map':
    case 'object':
      return shortParts('{ ', ' }', [...value.entries], limit, ([name, entry], room) => {
        const key = isIdentifier(name) ? name : goQuote(name);
        return `${key} = ${renderInline(entry, room - key.length - 3)}`;
      });
    default:
      return nested(value);
  }
}

function shortString(text: string, limit: number): string {
  const characters = [...text];
  const room = Math.max(limit - 5, 8);
  if (characters.length <= room) return goQuote(text);
  return `${goQuote(characters.slice(0, room).join('')).slice(0, -1)}..."`;
}

/** As many parts as fit; the rest are dots. */
function shortParts<Part>(
  open: string,
  close: string,
  parts: readonly Part[],
  limit: number,
  render: (part: Part, room: number) => string,
): string {
  if (parts.length === 0) return open.trim() + close.trim();
  const shown: string[] = [];
  let room = limit - open.length - close.length - 5;
  for (const part of parts) {
    const text = room > 0 ? render(part, room) : '';
    if (room <= 0 || text.length > room) {
      shown.push('...');
      break;
    }
    shown.push(text);
    room -= text.length + 2;
  }
  return `${open}${shown.join(', ')}${close}`;
}
