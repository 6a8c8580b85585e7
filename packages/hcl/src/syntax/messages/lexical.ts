import type { Range } from '../../range.ts';
import type { Problem } from './problem.ts';

/** A character that means nothing. */
export function strayCharacter(subject: Range, text: string): Problem {
  const code = text.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const shown = /^[\p{L}\p{N}\p{P}\p{S}]/u.test(text)
    ? `"${String.fromCodePoint(code)}" (${name})`
    : name;
  const detail = isQuoteLike(text)
    ? `This ${shown} opens a string that is not closed on this line. Strings stand between double quotes: "text".`
    : /^\s/.test(text) || code === 0xfeff || code === 0x200b
      ? `There is an invisible character ${shown} here, probably pasted from a web page or document. Delete it, or put a plain space in its place.`
      : `The character ${shown} has no meaning outside quotes. Remove it, or put the text it belongs to in double quotes.`;
  return { code: 'invalid-character', summary: 'Invalid character', detail, subject };
}

function isQuoteLike(text: string): boolean {
  return /^['`"\u201c\u201d]/.test(text);
}

/** `'text'` */
export function singleQuotes(subject: Range, text: string): Problem {
  const fixed = JSON.stringify(text.slice(1, -1));
  const detail = `Strings stand between double quotes, not single ones. Write ${fixed}.`;
  return { code: 'single-quotes', summary: 'Invalid character', detail, subject };
}

/** `“text”` */
export function curlyQuotes(subject: Range, text: string): Problem {
  const detail = `These are typographic quotes, which documents and chat programs put in place of plain ones. Write "${text.slice(1, -1)}" with straight double quotes.`;
  return { code: 'curly-quotes', summary: 'Invalid character', detail, subject };
}

/** `` `text` `` */
export function backticks(subject: Range): Problem {
  const detail =
    'Backticks do not make a string. Use double quotes, or for text of several lines a heredoc: <<EOT, the lines, and EOT on a line of its own.';
  return { code: 'backticks', summary: 'Invalid character', detail, subject };
}

/** `${...}` outside quotes. */
export function bareInterpolation(subject: Range, text: string): Problem {
  const inner = text.replace(/^.\{\s*|\s*\}$/g, '');
  const detail = inner
    ? `Interpolation with "\${" belongs inside quotes. Here the expression stands on its own: write ${inner}.`
    : 'Interpolation with "${" belongs inside quotes. Outside them write the expression on its own.';
  return { code: 'bare-interpolation', summary: 'Invalid character', detail, subject };
}

/** `;` */
export function semicolon(subject: Range): Problem {
  const detail =
    'Semicolons separate nothing in HCL. Put each argument on a line of its own, and commas between the items of a list or object.';
  return { code: 'semicolon', summary: 'Invalid character', detail, subject };
}

const foreignOperators: ReadonlyMap<string, string> = new Map([
  ['&', ' For "and" between conditions write "&&".'],
  ['|', ' For "or" between conditions write "||".'],
  ['~', ' To negate a condition write "!".'],
]);

/** `&`, `|`, `^`, `~` */
export function foreignOperator(subject: Range, text: string): Problem {
  const detail = `There are no operators on bits, so "${text}" has no meaning.${foreignOperators.get(text) ?? ''}`;
  return { code: 'unsupported-operator', summary: 'Unsupported operator', detail, subject };
}

/** A carriage return without a line feed. */
export function loneCarriageReturn(subject: Range): Problem {
  const detail =
    'There is a carriage return in the middle of this line. Save the file with LF or CRLF line endings.';
  return { code: 'invalid-character', summary: 'Invalid character', detail, subject };
}

/** A block comment without its end. */
export function unclosedComment(subject: Range): Problem {
  const detail = 'This comment goes on to the end of the file. Close it with "*/".';
  return { code: 'unclosed-comment', summary: 'Unclosed comment', detail, subject };
}

/** Anything nested beyond what is read. */
export function nestedTooDeeply(subject: Range): Problem {
  const detail =
    'This is nested more than 400 levels deep, which is as far as templates are read. Give parts of it names with local values.';
  return { code: 'nested-too-deeply', summary: 'Nested too deeply', detail, subject };
}

/** An operator or a step of a traversal, beyond the thousandth in a row. */
export function chainTooLong(subject: Range): Problem {
  const detail =
    'More than 1000 operators or steps in a row are not read. Give parts of it names with local values.';
  return { code: 'chain-too-long', summary: 'Expression is too long', detail, subject };
}

/** A `"` with nothing to close it on its line. */
export function unclosedQuote(subject: Range): Problem {
  const detail =
    'The string that begins here is not closed on this line. Put a double quote at its end.';
  return { code: 'unclosed-string', summary: 'Unterminated template string', detail, subject };
}

/** A quoted string with a line break in it. */
export function multiLineString(subject: Range): Problem {
  const detail =
    'A string in quotes must end on the line it begins on. Write \\n for a line break, or use a heredoc: <<EOT, the lines, and EOT on a line of its own.';
  return { code: 'multi-line-string', summary: 'Invalid multi-line string', detail, subject };
}

/** A template that another closing delimiter cut short. */
export function unclosedTemplate(subject: Range): Problem {
  const detail = 'The string around this place is not closed before it.';
  return { code: 'unclosed-string', summary: 'Unterminated template string', detail, subject };
}

/** `\x` */
export function invalidEscape(subject: Range, found: string): Problem {
  const summary = 'Invalid escape sequence';
  const code = 'invalid-escape';
  const letter = found[1] ?? '';
  if (letter === 'u' || letter === 'U') {
    const digits = letter === 'u' ? 4 : 8;
    const complete = found.length === digits + 2;
    const detail = complete
      ? `${found} is no character: its number is not one of Unicode's characters.`
      : `\\${letter} must be followed by exactly ${digits} hexadecimal digits, such as \\${letter}${'00e9'.padStart(digits, '0')}.`;
    return { code, summary, detail, subject };
  }
  const advice =
    letter === '$' || letter === '%'
      ? ` To write "${letter}{" as text, double the ${letter}: "${letter}${letter}{".`
      : ` For a backslash as text write "\\\\${letter}".`;
  const detail = `"${found}" is not an escape. There are \\n, \\r, \\t, \\", \\\\, \\uXXXX and \\UXXXXXXXX.${advice}`;
  return { code, summary, detail, subject };
}

const heredocEnds = {
  'marker-at-end-of-file': 'The last line has it, but without a line break: add one.',
  'marker-with-more':
    'There is a line that begins with it, but more follows on that line: move the rest away.',
  'closing-brace': 'It was looked for up to the next closing brace.',
  nothing: 'No line has it.',
} as const;

/** `<<EOT` without `EOT`. */
export function unclosedHeredoc(
  subject: Range,
  marker: string,
  found: keyof typeof heredocEnds,
): Problem {
  const detail = `The text that begins here ends at a line that holds ${marker} and nothing else. ${heredocEnds[found]}`;
  return { code: 'unclosed-heredoc', summary: 'Unterminated template string', detail, subject };
}

/** `<< EOT`, `<<"EOT"`, `<<EOT` with more on the line. */
export function malformedHeredoc(subject: Range): Problem {
  const detail =
    'A heredoc begins with << or <<- and its marker, without spaces or quotes, and nothing may follow on that line: <<EOT';
  return { code: 'malformed-heredoc', summary: 'Invalid expression', detail, subject };
}
