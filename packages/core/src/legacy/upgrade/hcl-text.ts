import { isIdentifier } from '@bake/hcl';
import { isPrintable } from '@bake/hcl/go-text';

/** The nearest name to a text: `my var.1` becomes `my_var_1`. */
export function identifierFor(text: string): string {
  const words = text.trim().replaceAll(/./gsu, (each) => (isIdentifier(`a${each}`) ? each : '_'));
  return isIdentifier(words) ? words : `_${words}`;
}

/** The first of `name`, `name_2`, `name_3` ... that is not taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}

/** A text as an HCL string. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** A key of an object, with quotes where it needs them. */
export function objectKey(text: string): string {
  return isIdentifier(text) ? text : quoted(text);
}

/** A part of a text: literal, or an expression that gives it. */
export type TextPart = { readonly literal: string } | { readonly expression: string };

/** Parts as an HCL string with `${ }`. */
export function templateText(parts: readonly TextPart[]): string {
  const pieces = parts.map((part, index) => {
    if ('expression' in part) return `\${${part.expression}}`;
    const { literal } = part;
    const next = parts[index + 1];
    // "$" and "${" after it would be an escape.
    const last = literal.at(-1);
    const clashes = next !== undefined && 'expression' in next && (last === '$' || last === '%');
    return clashes ? `${escaped(literal.slice(0, -1))}\${"${last}"}` : escaped(literal);
  });
  return `"${pieces.join('')}"`;
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escaped(text: string): string {
  return text.replaceAll(/["\\]|[^ -~]/gu, escapedCharacter).replaceAll(/[$%](?=\{)/g, '$&$&');
}

function escapedCharacter(character: string): string {
  if (character > '~' && isPrintable(character)) return character;
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  const numbered = code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  return named[character] ?? numbered;
}
