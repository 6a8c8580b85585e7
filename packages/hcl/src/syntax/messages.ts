/**
 * Every message of the syntax, by the part of the grammar it is about. Summaries are HCL's own where it
 * has one, since people search for them; the advice is ours. Codes are stable.
 */
export * from './messages/body.ts';
export * from './messages/expression.ts';
export * from './messages/lexical.ts';
export type { Problem } from './messages/problem.ts';
export * from './messages/template.ts';
