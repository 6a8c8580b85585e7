/** What a token is. Spaces inside actions are tokens: `.A .B` and `.A.B` differ by them. */
export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'number'
  | 'character'
  | 'string'
  | 'raw-string'
  | 'bool'
  | 'nil'
  | 'pipe'
  | 'comma'
  | 'assign'
  | 'declare'
  | 'left-paren'
  | 'right-paren'
  | 'other'
  | 'end';

/** A piece of a template. `[start, end)` counts UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  /** As written, but for `text`, which comes without what trim markers took away. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Words that start or end a control structure. */
export const keywords: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);
