import type { Command, Expression, Pipeline } from './ast.ts';
import { unknownFunction } from './failure.ts';
import { characterValue, numberValue, stringValue } from './literal.ts';
import type { Token, TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** What a parser knows while it reads pipelines. */
export interface PipelineScope {
  readonly reader: TokenReader;
  /** Names of the functions that may be called. */
  readonly functions: ReadonlySet<string>;
  /** Variables declared so far, `$` first; control structures cut it back when they end. */
  readonly variables: string[];
}

const operands: ReadonlySet<TokenKind> = new Set([
  'bool',
  'character',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw-string',
  'string',
  'variable',
  'left-paren',
]);

/** Pipeline : declarations? command ('|' command)*, up to and with a token of kind `end` */
export function parsePipeline(
  scope: PipelineScope,
  context: string,
  end: 'close' | 'right-paren',
): Pipeline {
  const { reader } = scope;
  const start = reader.peekSolid().start;
  const { variables, assigns } = parseDeclarations(scope, context);
  const commands: Command[] = [];
  let commandsEnd = start;
  for (;;) {
    const token = reader.peekSolid();
    if (token.kind === end) {
      reader.next();
      checkCommands(reader, commands, context, token);
      return { kind: 'pipeline', variables, assigns, commands, start, end: commandsEnd };
    }
    if (!operands.has(token.kind)) {
      throw reader.unexpected(token, context);
    }
    const command = parseCommand(scope);
    commands.push(command);
    commandsEnd = command.end;
  }
}

/** Declarations : $a (',' $b)? (':=' | '=') ; two variables only in `range` */
function parseDeclarations(
  scope: PipelineScope,
  context: string,
): { variables: readonly string[]; assigns: boolean } {
  const { reader } = scope;
  const variables: string[] = [];
  while (reader.peekSolid().kind === 'variable') {
    const after = reader.peek(1).kind === 'space' ? reader.peek(2) : reader.peek(1);
    const declares = after.kind === 'assign' || after.kind === 'declare';
    if (!declares && after.kind !== 'comma') {
      break;
    }
    const name = reader.next();
    reader.nextSolid();
    if (after.kind !== 'assign') {
      scope.variables.push(name.text);
    } else if (!scope.variables.includes(name.text)) {
      throw reader.failure(name.start, `undefined variable ${JSON.stringify(name.text)}`);
    }
    variables.push(name.text);
    if (declares) {
      return { variables, assigns: after.kind === 'assign' };
    }
    checkComma(reader, context, variables.length, name);
  }
  return { variables, assigns: false };
}

function checkComma(reader: TokenReader, context: string, count: number, name: Token): void {
  if (context !== 'range' || count > 1) {
    throw reader.failure(name.start, `too many declarations in ${context}`);
  }
  if (!['variable', 'close', 'right-paren'].includes(reader.peekSolid().kind)) {
    throw reader.failure(name.start, 'range can only initialize variables');
  }
}

/** Only the first command of a pipeline may be a value: those after it must take its result. */
function checkCommands(
  reader: TokenReader,
  commands: readonly Command[],
  context: string,
  end: Token,
): void {
  if (commands.length === 0) {
    throw reader.failure(end.start, `missing value for ${context}`);
  }
  for (const [index, { first }] of commands.entries()) {
    if (index > 0 && ['literal', 'dot', 'nil'].includes(first.kind)) {
      throw reader.failure(first.start, `non executable command in pipeline stage ${index + 1}`);
    }
  }
}

/** Command : operand (space operand)* '|'? */
function parseCommand(scope: PipelineScope): Command {
  const { reader } = scope;
  const words: Expression[] = [];
  const start = reader.peekSolid().start;
  for (;;) {
    reader.peekSolid();
    const operand = parseOperand(scope);
    if (operand !== undefined) {
      words.push(operand);
    }
    const token = reader.peek();
    if (token.kind === 'space') {
      continue;
    }
    const end = words.at(-1)?.end ?? start;
    if (token.kind === 'pipe') {
      reader.next();
    } else if (token.kind !== 'close' && token.kind !== 'right-paren') {
      throw reader.unexpected(token, 'operand');
    }
    const [first, ...args] = words;
    if (first === undefined) {
      throw reader.failure(token.start, 'empty command');
    }
    return { first, args, start, end };
  }
}

/** Operand : term .Field* */
function parseOperand(scope: PipelineScope): Expression | undefined {
  const { reader } = scope;
  const term = parseTerm(scope);
  if (term === undefined || reader.peek().kind !== 'field') {
    return term;
  }
  const path: string[] = [];
  while (reader.peek().kind === 'field') {
    path.push(reader.next().text.slice(1));
  }
  const end = reader.position;
  switch (term.kind) {
    case 'field':
      return { ...term, path: [...term.path, ...path], end };
    case 'variable':
      return { ...term, path: [...term.path, ...path], end };
    case 'literal':
    case 'nil':
    case 'dot': {
      const text = JSON.stringify(reader.text.slice(term.start, term.end));
      throw reader.failure(term.start, `unexpected . after term ${text}`);
    }
    default:
      return { kind: 'chain', base: term, path, start: term.start, end };
  }
}

/** Term : literal | function | '.' | .Field | $variable | '(' pipeline ')' ; nothing if the next token is none */
function parseTerm(scope: PipelineScope): Expression | undefined {
  const { reader } = scope;
  const token = reader.peek();
  if (!operands.has(token.kind)) {
    return undefined;
  }
  reader.next();
  const { start, end, text } = token;
  switch (token.kind) {
    case 'identifier':
      if (!scope.functions.has(text)) {
        throw unknownFunction(reader.text, token, scope.functions);
      }
      return { kind: 'identifier', name: text, start, end };
    case 'variable':
      if (!scope.variables.includes(text)) {
        throw reader.failure(start, `undefined variable ${JSON.stringify(text)}`);
      }
      return { kind: 'variable', name: text, path: [], start, end };
    case 'field':
      return { kind: 'field', path: [text.slice(1)], start, end };
    case 'left-paren': {
      const pipeline = parsePipeline(scope, 'parenthesized pipeline', 'right-paren');
      return { ...pipeline, start, end: reader.position };
    }
    case 'dot':
    case 'nil':
      return { kind: token.kind, start, end };
    default:
      return { kind: 'literal', value: literalValue(reader, token), start, end };
  }
}

function literalValue(reader: TokenReader, token: Token): string | boolean | bigint | number {
  if (token.kind === 'bool') {
    return token.text === 'true';
  }
  if (token.kind === 'string' || token.kind === 'raw-string') {
    const value = stringValue(token.text);
    if (value === undefined) {
      throw reader.failure(token.start, 'invalid syntax');
    }
    return value;
  }
  const value = token.kind === 'number' ? numberValue(token.text) : characterValue(token.text);
  if (typeof value === 'object') {
    throw reader.failure(token.start, value.problem);
  }
  return value;
}
