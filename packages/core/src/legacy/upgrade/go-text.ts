import {
  type GoCommand,
  type GoExpression,
  type GoNode,
  type GoPipeline,
  parseTemplate,
} from '@bake/plugin-sdk/go-template';
import { quoted, type TextPart } from './hcl-text.ts';

/** An argument of a call: as an HCL expression, and what it is if it is constant. */
export interface CallArgument {
  readonly hcl: string;
  readonly constant: string | bigint | undefined;
}

/** The HCL expression that does what a Go template function does; `undefined` when HCL has none. */
export type Translate = (name: string, args: readonly CallArgument[]) => string | undefined;

/** A text from a legacy template, as HCL has it. */
export interface TranslatedText {
  readonly parts: readonly TextPart[];
  /** Functions whose calls could not be translated and stay in `{{ }}`. */
  readonly kept: readonly string[];
}

/**
 * Translates the calls in `{{ }}`. Fields such as `{{ .Path }}` and what HCL has no expression for stay as they
 * are, with translated calls put in as constants. Throws `TemplateFailure` for a text that is no template.
 */
export function translateText(text: string, translate: Translate): TranslatedText {
  if (!text.includes('{{')) return { parts: [{ literal: text }], kept: [] };
  const translator = new TextTranslator(text, translate);
  translator.nodes(parseAny(text));
  return { parts: joined(translator.parts), kept: [...translator.kept] };
}

/** Names of the functions that a text calls. Throws `TemplateFailure`. */
export function calledFunctions(text: string): ReadonlySet<string> {
  return new Set(translateText(text, () => undefined).kept);
}

/** Functions that nobody here knows may be a plugin's. */
function parseAny(text: string): readonly GoNode[] {
  return parseTemplate(text, new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu))).body;
}

class TextTranslator {
  readonly parts: TextPart[] = [];
  readonly kept = new Set<string>();
  readonly #text: string;
  readonly #translate: Translate;

  constructor(text: string, translate: Translate) {
    this.#text = text;
    this.#translate = translate;
  }

  nodes(nodes: readonly GoNode[]): void {
    for (const node of nodes) this.#node(node);
  }

  #node(node: GoNode): void {
    if (node.kind === 'text') {
      this.parts.push({ literal: node.text });
      return;
    }
    if (node.kind === 'action') {
      const hcl = this.#pipeline(node.pipeline);
      if (hcl !== undefined) {
        this.parts.push({ expression: hcl });
        return;
      }
      const field = fieldOf(node.pipeline);
      if (field !== undefined) {
        this.parts.push({ literal: `{{ ${field} }}` });
        return;
      }
    }
    this.#keep(node);
  }

  /** Takes a node over as it stands, but for calls that only a legacy template may make. */
  #keep(node: GoNode): void {
    if (node.kind !== 'action') this.kept.add(node.kind);
    let from = node.start;
    for (const { start, end, hcl } of this.#callsIn(node)) {
      this.parts.push({ literal: this.#text.slice(from, start) });
      // JSON's strings are Go's too.
      this.parts.push({ expression: `jsonencode(${hcl})` });
      from = end;
    }
    this.parts.push({ literal: this.#text.slice(from, node.end) });
  }

  #callsIn(node: GoNode): readonly FoundCall[] {
    switch (node.kind) {
      case 'action':
        return this.#callsInPipeline(node.pipeline);
      case 'if':
      case 'with':
      case 'range':
        return [
          ...this.#callsInPipeline(node.pipeline),
          ...[...node.body, ...node.otherwise].flatMap((inner) => this.#callsIn(inner)),
        ];
      case 'template':
        return node.pipeline === undefined ? [] : this.#callsInPipeline(node.pipeline);
      default:
        return [];
    }
  }

  #callsInPipeline({ commands }: GoPipeline): readonly FoundCall[] {
    return commands.flatMap((command, index) => {
      // A later command takes the result of those before it.
      const hcl = index === 0 && isCall(command.first) ? this.#command(command, []) : undefined;
      if (hcl !== undefined) return [{ start: command.start, end: command.end, hcl }];
      if (isCall(command.first)) this.kept.add(command.first.name);
      return command.args.flatMap((argument) => this.#callsInArgument(argument));
    });
  }

  #callsInArgument(argument: GoExpression): readonly FoundCall[] {
    if (argument.kind === 'pipeline') return this.#callsInPipeline(argument);
    if (!isCall(argument)) return [];
    const hcl = this.#translate(argument.name, []);
    if (hcl !== undefined) return [{ start: argument.start, end: argument.end, hcl }];
    this.kept.add(argument.name);
    return [];
  }

  #pipeline({ variables, commands }: GoPipeline): string | undefined {
    const [first] = commands;
    if (first === undefined || variables.length > 0) return undefined;
    // A constant alone guards against being expanded: {{"{{"}}.
    if (commands.length === 1 && !isCall(first.first)) return undefined;
    let before: readonly CallArgument[] = [];
    for (const command of commands) {
      const argument = this.#commandArgument(command, before);
      if (argument === undefined) return undefined;
      before = [argument];
    }
    return before[0]?.hcl;
  }

  #commandArgument(command: GoCommand, before: readonly CallArgument[]): CallArgument | undefined {
    if (!isCall(command.first)) return before.length > 0 ? undefined : constant(command.first);
    const hcl = this.#command(command, before);
    return hcl === undefined ? undefined : { hcl, constant: undefined };
  }

  #command({ first, args }: GoCommand, before: readonly CallArgument[]): string | undefined {
    if (!isCall(first)) return undefined;
    const given = args.map((argument) => this.#argument(argument));
    const known = given.filter((argument) => argument !== undefined);
    if (known.length < given.length) return undefined;
    return this.#translate(first.name, [...known, ...before]);
  }

  #argument(argument: GoExpression): CallArgument | undefined {
    if (argument.kind === 'literal') return constant(argument);
    const hcl =
      argument.kind === 'pipeline'
        ? this.#pipeline(argument)
        : isCall(argument)
          ? this.#translate(argument.name, [])
          : undefined;
    return hcl === undefined ? undefined : { hcl, constant: undefined };
  }
}

interface FoundCall {
  readonly start: number;
  readonly end: number;
  readonly hcl: string;
}

function isCall(expression: GoExpression): expression is GoExpression & { kind: 'identifier' } {
  return expression.kind === 'identifier';
}

function constant(expression: GoExpression): CallArgument | undefined {
  if (expression.kind !== 'literal') return undefined;
  const { value } = expression;
  if (typeof value === 'string') return { hcl: quoted(value), constant: value };
  return typeof value === 'bigint' ? { hcl: String(value), constant: value } : undefined;
}

/** `.A.B` when the action shows a field and nothing else. */
function fieldOf({ commands, variables }: GoPipeline): string | undefined {
  const [command, more] = commands;
  if (command?.first.kind !== 'field' || more !== undefined) return undefined;
  if (command.args.length > 0 || variables.length > 0) return undefined;
  return `.${command.first.path.join('.')}`;
}

function joined(parts: readonly TextPart[]): readonly TextPart[] {
  const result: TextPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if ('literal' in part && last !== undefined && 'literal' in last) {
      result[result.length - 1] = { literal: last.literal + part.literal };
    } else if (!('literal' in part) || part.literal !== '') result.push(part);
  }
  return result;
}
