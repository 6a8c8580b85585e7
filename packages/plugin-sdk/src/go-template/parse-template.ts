import type { ActionNode, BranchNode, Node, Pipeline, RangeNode, Template } from './ast.ts';
import { stringValue } from './literal.ts';
import { type PipelineScope, parsePipeline } from './parse-pipeline.ts';
import type { Token } from './token.ts';
import { TokenReader } from './token-reader.ts';

/** How the nodes of a list ended: at `{{end}}`, at `{{else}}`, or with the text. */
type Ending = 'end' | 'else' | 'text';

interface Parser extends PipelineScope {
  readonly defined: Map<string, readonly Node[]>;
  /** How many `range` are open: `break` and `continue` need one. */
  ranges: number;
}

/**
 * Parses a Go template. `functions` names those that may be called beside the ones of Go. Throws
 * `TemplateFailure` at the first mistake.
 */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Template {
  const reader = new TokenReader(text);
  const parser: Parser = { reader, functions, variables: ['$'], defined: new Map(), ranges: 0 };
  const { nodes, ending } = parseNodes(parser, true);
  if (ending !== 'text') {
    throw reader.failure(reader.position, `unexpected {{${ending}}}`);
  }
  return { text, body: nodes, defined: parser.defined };
}

/** Nodes up to `{{end}}`, `{{else}}` or, at the top alone, the end of the text. */
function parseNodes(parser: Parser, isTop: boolean): { nodes: Node[]; ending: Ending } {
  const { reader } = parser;
  const nodes: Node[] = [];
  for (;;) {
    const token = reader.next();
    if (token.kind === 'end') {
      if (!isTop) {
        throw reader.failure(token.start, 'unexpected EOF');
      }
      return { nodes, ending: 'text' };
    }
    if (token.kind === 'text') {
      nodes.push({ kind: 'text', text: token.text, start: token.start, end: token.end });
      continue;
    }
    if (reader.acceptKeyword('end')) {
      reader.expect('close', 'end');
      return { nodes, ending: 'end' };
    }
    if (reader.acceptKeyword('else')) {
      return { nodes, ending: 'else' };
    }
    const node = parseAction(parser, token, isTop);
    if (node !== undefined) {
      nodes.push(node);
    }
  }
}

function parseAction(parser: Parser, open: Token, isTop: boolean): Node | undefined {
  const { reader } = parser;
  const token = reader.peekSolid();
  if (token.kind !== 'keyword') {
    const pipeline = parsePipeline(parser, 'command', 'close');
    const node: ActionNode = { kind: 'action', pipeline, start: open.start, end: reader.position };
    return node;
  }
  reader.next();
  switch (token.text) {
    case 'if':
    case 'with':
    case 'range':
      return parseControl(parser, token.text, open.start);
    case 'break':
    case 'continue':
      return parseJump(parser, token.text, open.start);
    case 'template': {
      const name = parseName(reader, 'template clause');
      const pipeline = reader.peekSolid().kind === 'close' ? undefined : clausePipeline(parser);
      if (pipeline === undefined) {
        reader.next();
      }
      return { kind: 'template', name, pipeline, start: open.start, end: reader.position };
    }
    case 'block': {
      const name = parseName(reader, 'block clause');
      const pipeline = parsePipeline(parser, 'block clause', 'close');
      const node: Node = {
        kind: 'template',
        name,
        pipeline,
        start: open.start,
        end: reader.position,
      };
      define(parser, name, 'block clause');
      return node;
    }
    case 'define':
      if (isTop) {
        const name = parseName(reader, 'define clause');
        reader.expect('close', 'define clause');
        define(parser, name, 'define clause');
        return undefined;
      }
      throw reader.unexpected(token, 'command');
    default:
      throw reader.unexpected(token, 'command');
  }
}

function clausePipeline(parser: Parser): Pipeline {
  return parsePipeline(parser, 'template clause', 'close');
}

/** Control : pipeline '}}' nodes ('{{else}}' nodes)? '{{end}}' ; `else if` needs no `end` of its own */
function parseControl(
  parser: Parser,
  kind: 'if' | 'with' | 'range',
  start: number,
): BranchNode | RangeNode {
  const { reader, variables } = parser;
  const mark = variables.length;
  const pipeline = parsePipeline(parser, kind, 'close');
  parser.ranges += kind === 'range' ? 1 : 0;
  const { nodes: body, ending } = parseNodes(parser, false);
  parser.ranges -= kind === 'range' ? 1 : 0;
  const otherwise = ending === 'else' ? parseElse(parser, kind) : [];
  variables.length = mark;
  return { kind, pipeline, body, otherwise, start, end: reader.position };
}

function parseElse(parser: Parser, kind: 'if' | 'with' | 'range'): readonly Node[] {
  const { reader } = parser;
  const start = reader.position;
  if (kind !== 'range' && reader.acceptKeyword(kind)) {
    return [parseControl(parser, kind, start)];
  }
  reader.expect('close', 'else');
  const { nodes, ending } = parseNodes(parser, false);
  if (ending !== 'end') {
    throw reader.failure(start, 'expected end; found {{else}}');
  }
  return nodes;
}

function parseJump(parser: Parser, kind: 'break' | 'continue', start: number): Node {
  const { reader } = parser;
  reader.expect('close', `{{${kind}}}`);
  if (parser.ranges === 0) {
    throw reader.failure(start, `{{${kind}}} outside {{range}}`);
  }
  return { kind, start, end: reader.position };
}

function parseName(reader: TokenReader, context: string): string {
  const token = reader.nextSolid();
  const isString = token.kind === 'string' || token.kind === 'raw-string';
  const name = isString ? stringValue(token.text) : undefined;
  if (name === undefined) {
    throw reader.unexpected(token, context);
  }
  return name;
}

/** Reads the body of `define` or `block`, which sees no variable but `$`. */
function define(parser: Parser, name: string, context: string): void {
  const inner: Parser = { ...parser, variables: ['$'], ranges: 0 };
  const { nodes, ending } = parseNodes(inner, false);
  if (ending !== 'end') {
    throw parser.reader.failure(parser.reader.position, `unexpected {{else}} in ${context}`);
  }
  parser.defined.set(name, nodes);
}
