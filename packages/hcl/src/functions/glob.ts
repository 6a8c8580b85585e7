import { FunctionFailure } from './define-function.ts';

/** One part of a pattern between slashes: a fixed name, `**`, or something that names are tested with. */
export type GlobPart = string | typeof anyFolders | RegExp;

/** `**`: any number of folders, or none; as the last part, everything below. */
export const anyFolders: unique symbol = Symbol('**');

/**
 * Reads a pattern: `*` and `?` stand for any characters and any one, `[a-z]` and `[^a-z]` for one of a
 * class or not of it, `{a,b}` for alternatives, a backslash takes the meaning off the next character.
 * Gives one list of parts for each way through the alternatives. Throws `FunctionFailure`, which blames
 * argument 1.
 */
export function parseGlob(pattern: string): readonly (readonly GlobPart[])[] {
  return alternatives(pattern).map((each) => slashParts(each).map(partOf));
}

/** The pattern once for each way through its braces. */
function alternatives(pattern: string): readonly string[] {
  const open = unescapedIndex(pattern, /\{/, 0);
  if (open === -1) return [pattern];
  const { options, end } = optionsAt(pattern, open);
  const before = pattern.slice(0, open);
  const after = alternatives(pattern.slice(end));
  return options.flatMap((option) =>
    alternatives(option).flatMap((middle) => after.map((rest) => before + middle + rest)),
  );
}

function optionsAt(pattern: string, open: number): { options: readonly string[]; end: number } {
  const options: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open; index !== -1; index = unescapedIndex(pattern, /[{},]/, index + 1)) {
    const character = pattern.charAt(index);
    if (character === '{') depth += 1;
    if (character === ',' && depth === 1) {
      options.push(pattern.slice(start, index));
      start = index + 1;
    }
    if (character !== '}') continue;
    depth -= 1;
    if (depth === 0) return { options: [...options, pattern.slice(start, index)], end: index + 1 };
  }
  throw new FunctionFailure(`In the pattern "${pattern}" a "{" is never closed.`, 1);
}

/** Where one of the characters next stands outside of classes and not behind a backslash; -1 for nowhere. */
function unescapedIndex(pattern: string, wanted: RegExp, from: number): number {
  let isInClass = false;
  for (let index = from; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    if (character === '\\') index += 1;
    else if (isInClass) isInClass = character !== ']';
    else if (wanted.test(character)) return index;
    else isInClass = character === '[';
  }
  return -1;
}

function slashParts(pattern: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let end = 0; end !== -1; start = end + 1) {
    end = unescapedIndex(pattern, /\//, start);
    parts.push(pattern.slice(start, end === -1 ? undefined : end));
    if (end === -1) break;
  }
  return parts.filter((part) => part !== '');
}

function partOf(part: string): GlobPart {
  if (part === '**') return anyFolders;
  const isFixed = unescapedIndex(part, /[*?]/, 0) === -1 && !/(?<!\\)\[/.test(part);
  if (isFixed) return part.replace(/\\(.)/gs, '$1');
  return new RegExp(`^${regexSource(part)}$`, 'su');
}

function regexSource(part: string): string {
  const tokens = part.match(/\\.|\*+|\[(?:\\.|[^\]\\])*\]|./gsu) ?? [];
  return tokens.map(tokenSource).join('');
}

function tokenSource(token: string): string {
  if (token.startsWith('*')) return '.*';
  if (token === '?') return '.';
  if (token === '[' || token === '[]' || token === '[^]') {
    throw new FunctionFailure('In the pattern a "[" is never closed, or nothing stands in it.', 1);
  }
  if (!token.startsWith('[')) return escaped(token.length > 1 ? token.slice(1) : token);
  const isNegated = token.startsWith('[^');
  return `[${isNegated ? '^' : ''}${classSource(token.slice(isNegated ? 2 : 1, -1))}]`;
}

/** Single characters and ranges. Throws `FunctionFailure` for a range that has no end, or runs backwards. */
function classSource(content: string): string {
  const ranges = /(\\.|[^\\-])-(\\.|[^\\-])|(\\.|[^\\-])|(.)/gsu;
  return content.replace(ranges, (_, from?: string, to?: string, single?: string, odd?: string) => {
    const [first, last] = [from ?? single ?? '', to ?? ''].map((text) => text.replace(/^\\/, ''));
    if (odd !== undefined || (last && (first ?? '') > last)) {
      throw new FunctionFailure(`"[${content}]" in the pattern is no class of characters.`, 1);
    }
    return classEscaped(first ?? '') + (last ? `-${classEscaped(last)}` : '');
  });
}

function escaped(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function classEscaped(character: string): string {
  return character === '-' ? '\\-' : escaped(character);
}
