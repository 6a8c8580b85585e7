import type { BinaryOperator } from './ast.ts';
import { TokenKind } from './token.ts';

/** How tightly a two-sided operator binds, by token kind; 0 for what is none. All group to the left. */
export const precedences: Uint8Array = new Uint8Array(64);

/** The operator that a token kind stands for. */
export const binaryOperators: { readonly [kind: number]: BinaryOperator | undefined } = {
  [TokenKind.or]: '||',
  [TokenKind.and]: '&&',
  [TokenKind.equalEqual]: '==',
  [TokenKind.notEqual]: '!=',
  [TokenKind.less]: '<',
  [TokenKind.lessEqual]: '<=',
  [TokenKind.greater]: '>',
  [TokenKind.greaterEqual]: '>=',
  [TokenKind.plus]: '+',
  [TokenKind.minus]: '-',
  [TokenKind.star]: '*',
  [TokenKind.slash]: '/',
  [TokenKind.percent]: '%',
};

const levels: readonly (readonly TokenKind[])[] = [
  // Operators that HCL does not have bind like `||`; their place only matters for going on after one.
  [TokenKind.or, TokenKind.foreignOperator],
  [TokenKind.and],
  [TokenKind.equalEqual, TokenKind.notEqual],
  [TokenKind.less, TokenKind.lessEqual, TokenKind.greater, TokenKind.greaterEqual],
  [TokenKind.plus, TokenKind.minus],
  [TokenKind.star, TokenKind.slash, TokenKind.percent],
];

for (const [index, kinds] of levels.entries()) {
  for (const kind of kinds) precedences[kind] = index + 1;
}
