import { compareText } from '@bake/hcl';

/**
 * Patterns of `-only` and `-except` as gobwas/glob has them without separators: `*` and `**` match any
 * text with its dots, `?` one character, `[a-z]` one of a range, `[ab]` one of these, `[!…]` any other, `{a,b}`
 * alternatives, which the pattern's end closes too; `\` takes the next character literally. Throws a
 * `SyntaxError` for a set that is none.
 */
export function globToRegExp(pattern: string): RegExp {
  let depth = 0;
  const source = piecesOf(pattern).map((piece) => {
    if (piece === '{') depth += 1;
    const translated = translate(piece, depth);
    if (piece === '}') depth = Math.max(0, depth - 1);
    return translated;
  });
  return new RegExp(`^(?:${source.join('')}${')'.repeat(depth)})$`, 'su');
}

/**
 * A character with its backslash, a set, or any character. What has a dash in second place is a range and has
 * nothing else, and no backslash counts in it.
 */
const piece = /\\.?|\[(?:!|(?!!))(?:[^\]]-.|(?!.-)(?:\\.|[^\]\\])+)\]|./gsu;

function piecesOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(piece)].map(([text]) => text);
}

function translate(piece: string, depth: number): string {
  if (piece.startsWith('\\')) return literal(piece.slice(1));
  if (piece.length > 1) return setOf(piece.slice(1, -1));
  switch (piece) {
    case '*':
      return '.*';
    case '?':
      return '.';
    case '{':
      return '(?:';
    case '}':
      return depth > 0 ? ')' : literal(piece);
    case ',':
      return depth > 0 ? '|' : piece;
    case '[':
      throw new SyntaxError('"[" begins no set');
    default:
      return literal(piece);
  }
}

function setOf(content: string): string {
  const isNegated = content.startsWith('!');
  const text = isNegated ? content.slice(1) : content;
  const source = /^.-.$/su.test(text) ? rangeOf([...text]) : listOf(text);
  return `[${isNegated ? '^' : ''}${source}]`;
}

function rangeOf([low = '', , high = '']: readonly string[]): string {
  if (compareText(low, high) <= 0) return `${member(low)}-${member(high)}`;
  throw new SyntaxError(`in a range "${high}" cannot come after "${low}"`);
}

function listOf(text: string): string {
  return [...text.replaceAll(/\\(.)/gsu, '$1')].map(member).join('');
}

/** A character of a set, literally. */
function member(character: string): string {
  return /[\\\]^-]/.test(character) ? `\\${character}` : character;
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
