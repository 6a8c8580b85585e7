/**
 * Patterns of `-only` and `-except` as gobwas/glob has them without separators: `*` and `**` match any
 * text with its dots, `?` one character, `[ab]` `[a-z]` `[!a]` sets, `{a,b}` alternatives, `\` takes the
 * next character literally. Throws a `SyntaxError` for a pattern that is not closed.
 */
export function globToRegExp(pattern: string): RegExp {
  let depth = 0;
  const source = [...pattern.matchAll(token)].map(([text]) => {
    if (text === '{') depth += 1;
    const translated = translate(text, depth);
    if (text === '}') depth -= 1;
    return translated;
  });
  if (depth !== 0) throw new SyntaxError('"{" and "}" do not match');
  return new RegExp(`^(?:${source.join('')})$`, 'su');
}

/** An escaped character, a set, or any character. */
const token = /\\.|\[!?[^\]]+\]|./gsu;

function translate(text: string, depth: number): string {
  if (text.startsWith('\\')) return literal(text.slice(1) || '\\');
  if (text.length > 1 && text.startsWith('[')) return setOf(text.slice(1, -1));
  switch (text) {
    case '*':
      return '.*';
    case '?':
      return '.';
    case '{':
      return '(?:';
    case '}':
      return depth > 0 ? ')' : literal(text);
    case ',':
      return depth > 0 ? '|' : text;
    case '[':
      throw new SyntaxError('missing "]"');
    default:
      return literal(text);
  }
}

function setOf(members: string): string {
  const isNegated = members.startsWith('!');
  const escaped = members.slice(isNegated ? 1 : 0).replace(/[\\\]^[&~]/g, '\\$&');
  return `[${isNegated ? '^' : ''}${escaped}]`;
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
