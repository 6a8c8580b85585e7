/**
 * Patterns of `-only` and `-except` as gobwas/glob has them without separators: `*` and `**` match any
 * text with its dots, `?` one character, `[ab]` `[a-z]` `[!a]` sets, `{a,b}` alternatives, `\` takes the
 * next character literally. Throws a `SyntaxError` for a pattern that is not closed.
 */
export function globToRegExp(pattern: string): RegExp {
  let source = '';
  let depth = 0;
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] as string;
    if (character === '[') {
      const end = characters.indexOf(']', index + 2);
      if (end < 0) throw new SyntaxError('missing "]"');
      source += classOf(characters.slice(index + 1, end));
      index = end;
    } else if (character === '\\') {
      index += 1;
      source += literal(characters[index] ?? '\\');
    } else {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      source += translate(character, depth);
    }
  }
  if (depth !== 0) throw new SyntaxError('"{" and "}" do not match');
  return new RegExp(`^(?:${source})$`, 'su');
}

function translate(character: string, depth: number): string {
  switch (character) {
    case '*':
      return '.*';
    case '?':
      return '.';
    case '{':
      return '(?:';
    case '}':
      return depth >= 0 ? ')' : literal(character);
    case ',':
      return depth > 0 ? '|' : ',';
    default:
      return literal(character);
  }
}

function classOf(characters: readonly string[]): string {
  const isNegated = characters[0] === '!';
  const members = characters.slice(isNegated ? 1 : 0);
  const escaped = members.map((member) => (/[\\\]^[&~]/.test(member) ? `\\${member}` : member));
  return `[${isNegated ? '^' : ''}${escaped.join('')}]`;
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
