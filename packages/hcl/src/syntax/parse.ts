import type { Diagnostic, WithDiagnostics } from '../diagnostic.ts';
import { rangeOf } from '../range.ts';
import type { Source } from '../source.ts';
import type { ConfigFile, Expression, Template } from './ast.ts';
import { withoutFollowing } from './following.ts';
import { type Lexed, lex } from './lexer.ts';
import * as messages from './messages.ts';
import { parseFileBody } from './parse-body.ts';
import { parseExpression as parseAnyExpression } from './parse-expression.ts';
import { parseBareTemplate } from './parse-template.ts';
import { TokenKind, TokenListBuilder } from './token.ts';
import { maximumProblems, TokenReader } from './token-reader.ts';

/**
 * Tokens are done with when a parse returns, and a parse never waits: one list serves them all, and files
 * cost no memory for it after the first.
 */
const scratch = new TokenListBuilder();

/**
 * Parses a configuration file. The tree is complete when no diagnostic is an error; otherwise it holds
 * what could be made out. Never throws.
 */
export function parseConfig(source: Source): WithDiagnostics<ConfigFile> {
  const lexed = lex(source, 'code', scratch);
  const reader = new TokenReader(lexed, parseAnyExpression);
  const body = parseFileBody(reader);
  const { comments } = lexed;
  const value: ConfigFile = { kind: 'file', source, body, comments, range: body.range };
  return { value, diagnostics: inOrder(lexed, reader) };
}

/** Parses a text that is one expression, such as a variable's value; line breaks in it do not count. */
export function parseExpression(source: Source): WithDiagnostics<Expression> {
  const lexed = lex(source, 'code', scratch);
  const reader = new TokenReader(lexed, parseAnyExpression);
  reader.skipNewlines(true);
  const value = reader.expression();
  if (reader.kind !== TokenKind.endOfFile) reader.complain(messages.extraAfterExpression(reader));
  return { value, diagnostics: inOrder(lexed, reader) };
}

/**
 * Parses a template file: text with `${...}` and `%{...}`, as `templatefile` reads it. A template that
 * is one interpolation and nothing else keeps the type of its value.
 */
export function parseTemplate(source: Source): WithDiagnostics<Template> {
  const lexed = lex(source, 'template', scratch);
  const reader = new TokenReader(lexed, parseAnyExpression);
  const template = parseBareTemplate(reader);
  const range = rangeOf(source, 0, source.text.length);
  return { value: { ...template, range }, diagnostics: inOrder(lexed, reader) };
}

/** All diagnostics as one reads the text. */
function inOrder(lexed: Lexed, reader: TokenReader): readonly Diagnostic[] {
  const all = [...lexed.problems, ...reader.problems];
  if (all.length < 2) return all;
  all.sort((one, other) => (one.subject?.start ?? 0) - (other.subject?.start ?? 0));
  return withoutFollowing(all.slice(0, maximumProblems * 2)).slice(0, maximumProblems);
}
