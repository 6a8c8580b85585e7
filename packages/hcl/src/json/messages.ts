import type { Diagnostic } from '../diagnostic.ts';
import { type Range, showRange } from '../range.ts';
import { suggest } from '../suggest.ts';

/** What reading JSON can complain about. Summaries are HCL's where it has one; the advice is ours. */

function error(
  code: string,
  summary: string,
  detail: string,
  subject: Range,
  context?: Range,
): Diagnostic {
  return {
    severity: 'error',
    code,
    summary,
    detail,
    subject,
    ...(context && { context }),
  };
}

// ---- syntax ----

export function trailingComma(what: 'object' | 'array', subject: Range): Diagnostic {
  const last = what === 'object' ? 'property' : 'value';
  return error(
    'json-trailing-comma',
    `Trailing comma in ${what}`,
    `JSON has no comma after the last ${last} of an ${what}. Remove it.`,
    subject,
  );
}

export function missingComma(what: 'object' | 'array', subject: Range, hint: string): Diagnostic {
  const member = what === 'object' ? 'property' : 'value';
  return error(
    'json-missing-comma',
    'Missing attribute separator comma',
    `Put a comma between this ${member} and the next, or close the ${what} here.${hint}`,
    subject,
  );
}

export function missingColon(subject: Range, isEquals: boolean): Diagnostic {
  const seen = isEquals ? ' An equals sign is HCL, not JSON.' : '';
  return error(
    'json-missing-colon',
    'Missing property value colon',
    `A colon must stand between a property's name and its value.${seen}`,
    subject,
  );
}

export function notAName(subject: Range): Diagnostic {
  return error(
    'json-invalid-name',
    'Invalid object property name',
    'A property\'s name is text in double quotes, as in "name": "value".',
    subject,
  );
}

export function unclosed(what: 'object' | 'array', open: Range): Diagnostic {
  const [bracket, name] = what === 'object' ? ['}', 'brace'] : [']', 'bracket'];
  return error(
    'json-unclosed',
    `Unclosed ${what}`,
    `No closing ${name} was found for this ${what}. Put a "${bracket}" where it ends.`,
    open,
  );
}

export function wrongBracket(what: 'object' | 'array', subject: Range, open: Range): Diagnostic {
  const bracket = what === 'object' ? '}' : ']';
  const { line } = showRange(open).start;
  return error(
    'json-unclosed',
    `Unclosed ${what}`,
    `The ${what} that starts on line ${line} must be closed with "${bracket}" before this.`,
    subject,
  );
}

export function missingValue(subject: Range): Diagnostic {
  return error(
    'json-missing-value',
    'Missing JSON value',
    'A value must stand here: text in double quotes, a number, true, false, null, [ ... ] or { ... }.',
    subject,
  );
}

const words: Readonly<Record<string, string>> = {
  none: 'null',
  nil: 'null',
  undefined: 'null',
  yes: 'true',
  on: 'true',
  no: 'false',
  off: 'false',
};

export function invalidWord(text: string, subject: Range): Diagnostic {
  const lower = text.toLowerCase();
  const meant = words[lower] ?? suggest(lower, ['true', 'false', 'null']);
  const advice = meant === undefined ? ' Text goes in double quotes.' : ` Did you mean ${meant}?`;
  return error(
    'json-invalid-keyword',
    'Invalid JSON keyword',
    `"${text}" is not a JSON keyword; JSON has true, false and null.${advice}`,
    subject,
  );
}

export function invalidNumber(text: string, subject: Range): Diagnostic {
  return error(
    'json-invalid-number',
    'Invalid JSON number',
    `"${text}" is not a number in JSON. Write it in decimal, as in 10, -2.5 or 1e3, with no "+" or zeros before it.`,
    subject,
  );
}

export function singleQuotes(subject: Range): Diagnostic {
  return error(
    'json-single-quotes',
    'Invalid JSON string',
    'Text in JSON stands in double quotes, not in single ones.',
    subject,
  );
}

export function unclosedString(subject: Range): Diagnostic {
  return error(
    'json-unclosed-string',
    'Unclosed string',
    'No closing quote was found on this line. Write a line break inside the text as \\n and a quote as \\".',
    subject,
  );
}

export function invalidEscape(text: string, subject: Range): Diagnostic {
  return error(
    'json-invalid-escape',
    'Invalid escape sequence',
    `"${text}" is no escape in JSON. Write \\\\ for a backslash; the others are \\" \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits.`,
    subject,
  );
}

export function controlCharacter(code: number, subject: Range): Diagnostic {
  const written = code === 9 ? '\\t' : `\\u${code.toString(16).padStart(4, '0')}`;
  return error(
    'json-control-character',
    'Invalid character in string',
    `A control character cannot stand in a JSON string. Write it as ${written}.`,
    subject,
  );
}

export function comment(subject: Range): Diagnostic {
  return error(
    'json-comment',
    'Comments are not allowed in JSON',
    'Remove it, or keep it as a property named "//", which HCL ignores: "//": "the remark".',
    subject,
  );
}

export function strayText(subject: Range): Diagnostic {
  return error(
    'json-invalid-value',
    'Invalid JSON value',
    'This is not JSON. A value is text in double quotes, a number, true, false, null, [ ... ] or { ... }.',
    subject,
  );
}

export function extraText(subject: Range): Diagnostic {
  return error(
    'json-extra-text',
    'Extraneous data after value',
    'The file holds one JSON value, and it has ended before this. Remove the rest, or look for a bracket too many.',
    subject,
  );
}

export function tooDeep(limit: number, subject: Range): Diagnostic {
  return error(
    'json-too-deep',
    'JSON is nested too deeply',
    `Nothing sensible has more than ${limit} levels.`,
    subject,
  );
}

// ---- structure ----

export function rootNotObject(subject: Range): Diagnostic {
  return error(
    'json-root-not-object',
    'Root value must be object',
    'The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.',
    subject,
  );
}

export function bodyNotObject(subject: Range): Diagnostic {
  return error(
    'json-wrong-type',
    'Incorrect JSON value type',
    'A JSON object is required here, to define arguments and child blocks.',
    subject,
  );
}

export function blockNotObject(type: string, subject: Range): Diagnostic {
  return error(
    'json-wrong-type',
    'Incorrect JSON value type',
    `"${type}" is a block: write its contents as a JSON object, or those of several blocks as an array of objects.`,
    subject,
  );
}

export function labelNotObject(type: string, label: string, subject: Range): Diagnostic {
  return error(
    'json-wrong-type',
    'Incorrect JSON value type',
    `The ${label} of a "${type}" block is the name of a property: write "${type}": { "${label}": { ... } }, or an array of such objects.`,
    subject,
  );
}

export function missingLabel(type: string, label: string, subject: Range): Diagnostic {
  return error(
    'missing-label',
    'Missing block label',
    `At least one property is needed here, whose name is the ${label} of the "${type}" block.`,
    subject,
  );
}

export function duplicateProperty(name: string, first: Range, subject: Range): Diagnostic {
  const { file, start } = showRange(first);
  return error(
    'duplicate-argument',
    'Duplicate argument',
    `The argument "${name}" was already set at ${file}:${start.line}. Take one of the two out.`,
    subject,
  );
}

export function duplicateKey(name: string, first: Range, subject: Range): Diagnostic {
  const { file, start } = showRange(first);
  return error(
    'duplicate-object-key',
    'Duplicate object attribute',
    `An attribute named "${name}" was already defined at ${file}:${start.line}. Take one of the two out.`,
    subject,
  );
}
