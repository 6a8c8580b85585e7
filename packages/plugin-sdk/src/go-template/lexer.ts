import { isLetterOrDigit, isPrintable } from '@bake/hcl/go-text';
import { parseFailure } from './failure.ts';
import { keywords, type Token, type TokenKind } from './token.ts';

const spaces = /[ \t\r\n]+/y;
const leadingSpaces = /[ \t\r\n]*/y;
const number =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
const quoted = {
  string: { pattern: /"(?:[^"\\\n]|\\[^\n])*"/y, name: 'quoted string' },
  character: { pattern: /'(?:[^'\\\n]|\\[^\n])*'/y, name: 'character constant' },
  'raw-string': { pattern: /`[^`]*`/y, name: 'raw quoted string' },
} as const;

/**
 * The tokens of a template, in order, up to and with one of kind `end`. Trim markers and comments are
 * gone. Throws `TemplateFailure` at the first thing that is no token.
 */
export function* lex(text: string): Generator<Token, undefined> {
  let position = 0;
  while (position < text.length) {
    const action = text.indexOf('{{', position);
    const textEnd = action < 0 ? text.length : action;
    const trims = action >= 0 && /^-[ \t\r\n]/.test(text.slice(action + 2, action + 4));
    const kept = text.slice(position, textEnd);
    const shown = trims ? kept.replace(/[ \t\r\n]+$/, '') : kept;
    if (shown !== '') {
      yield { kind: 'text', text: shown, start: position, end: textEnd };
    }
    if (action < 0) {
      break;
    }
    const inside = action + (trims ? 4 : 2);
    position = text.startsWith('/*', inside)
      ? skipComment(text, action, inside)
      : yield* lexAction(text, action, inside);
  }
  yield { kind: 'end', text: '', start: text.length, end: text.length };
}

/** Gives the position after a comment that starts at `inside`. */
function skipComment(text: string, action: number, inside: number): number {
  const end = text.indexOf('*/', inside + 2);
  if (end < 0) {
    throw parseFailure(text, action, 'unclosed comment');
  }
  const close = closingAt(text, end + 2);
  if (close === undefined) {
    throw parseFailure(text, action, 'comment ends before closing delimiter');
  }
  return close.next;
}

/** The tokens of one action; returns the position after it and what its trim marker took away. */
function* lexAction(text: string, action: number, inside: number): Generator<Token, number> {
  yield { kind: 'open', text: '{{', start: action, end: inside };
  let depth = 0;
  let position = inside;
  for (;;) {
    const close = closingAt(text, position);
    if (close !== undefined) {
      if (depth > 0) {
        throw parseFailure(text, position, 'unclosed left paren');
      }
      yield { kind: 'close', text: '}}', start: position, end: close.end };
      return close.next;
    }
    const token = actionToken(text, position, action);
    depth += token.kind === 'left-paren' ? 1 : token.kind === 'right-paren' ? -1 : 0;
    if (depth < 0) {
      throw parseFailure(text, position, 'unexpected right paren');
    }
    yield token;
    position = token.end;
  }
}

/** The closing delimiter at `position`, if there is one: where it ends and where text goes on. */
function closingAt(text: string, position: number): { end: number; next: number } | undefined {
  if (text.startsWith('}}', position)) {
    return { end: position + 2, next: position + 2 };
  }
  if (/^[ \t\r\n]-\}\}/.test(text.slice(position, position + 4))) {
    const end = position + 4;
    return { end, next: end + matchAt(leadingSpaces, text, end).length };
  }
  return undefined;
}

const single: Readonly<Record<string, TokenKind>> = {
  '|': 'pipe',
  ',': 'comma',
  '=': 'assign',
  '(': 'left-paren',
  ')': 'right-paren',
};

function actionToken(text: string, start: number, action: number): Token {
  const make = (kind: TokenKind, length: number): Token => ({
    kind,
    text: text.slice(start, start + length),
    start,
    end: start + length,
  });
  const char = text.charAt(start);
  const next = text.charAt(start + 1);
  if (char === '') {
    throw parseFailure(text, action, 'unclosed action');
  }
  if (/[ \t\r\n]/.test(char)) {
    return make('space', spaceLength(text, start));
  }
  const kind = single[char];
  if (kind !== undefined) {
    return make(kind, 1);
  }
  if (char === ':') {
    if (next !== '=') {
      throw parseFailure(text, start, 'expected :=');
    }
    return make('declare', 2);
  }
  if (char === '"' || char === "'" || char === '`') {
    return quotedToken(text, start, char);
  }
  if (char === '$' || (char === '.' && !/[0-9]/.test(next))) {
    return nameToken(text, start, char === '$' ? 'variable' : 'field');
  }
  if (/[+\-0-9.]/.test(char)) {
    return numberToken(text, start);
  }
  return wordToken(text, start);
}

/** Spaces up to but without the one that belongs to a closing ` -}}`. */
function spaceLength(text: string, start: number): number {
  const { length } = matchAt(spaces, text, start);
  return length > 1 && closingAt(text, start + length - 1)?.end === start + length + 3
    ? length - 1
    : length;
}

function quotedToken(text: string, start: number, quote: '"' | "'" | '`'): Token {
  const kind = quote === '"' ? 'string' : quote === '`' ? 'raw-string' : 'character';
  const found = matchAt(quoted[kind].pattern, text, start);
  if (found === '') {
    throw parseFailure(text, start, `unterminated ${quoted[kind].name}`);
  }
  return { kind, text: found, start, end: start + found.length };
}

/** `.Field`, `$variable`, or their first character alone. */
function nameToken(text: string, start: number, kind: 'field' | 'variable'): Token {
  const name = text.charAt(start) + wordAt(text, start + 1);
  const end = start + name.length;
  requireTerminator(text, end);
  return { kind: name === '.' ? 'dot' : kind, text: name, start, end };
}

function numberToken(text: string, start: number): Token {
  const found = matchAt(number, text, start);
  const end = start + found.length;
  const after = characterAt(text, end);
  if (isOfWord(after)) {
    throw parseFailure(text, start, `bad number syntax: ${JSON.stringify(found + after)}`);
  }
  return { kind: 'number', text: found, start, end };
}

function wordToken(text: string, start: number): Token {
  const found = wordAt(text, start);
  const end = start + found.length;
  if (found === '') {
    const char = characterAt(text, start);
    if (!/[!-~]/.test(char)) {
      throw parseFailure(text, start, `unrecognized character in action: ${describe(char)}`);
    }
    return { kind: 'other', text: char, start, end: start + 1 };
  }
  requireTerminator(text, end);
  const kind = keywords.has(found) ? 'keyword' : (literals.get(found) ?? 'identifier');
  return { kind, text: found, start, end };
}

const literals: ReadonlyMap<string, TokenKind> = new Map([
  ['true', 'bool'],
  ['false', 'bool'],
  ['nil', 'nil'],
]);

/** Words end at a space, an operator or the end of the action: `a!` is no word. */
function requireTerminator(text: string, end: number): void {
  const char = characterAt(text, end);
  if (char !== '' && !/[ \t\r\n.,|:()]/.test(char) && !text.startsWith('}}', end)) {
    throw parseFailure(text, end, `bad character ${describe(char)}`);
  }
}

/** `U+0021 '!'` */
function describe(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(char) ? `U+${code} '${char}'` : `U+${code}`;
}

function characterAt(text: string, position: number): string {
  const code = text.codePointAt(position);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** The letters, digits and underscores from `start` on. */
function wordAt(text: string, start: number): string {
  let end = start;
  for (let char = characterAt(text, end); isOfWord(char); char = characterAt(text, end)) {
    end += char.length;
  }
  return text.slice(start, end);
}

function isOfWord(char: string): boolean {
  return char === '_' || isLetterOrDigit(char);
}

/** What a sticky pattern matches at `position`, or an empty string. */
function matchAt(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? '';
}
