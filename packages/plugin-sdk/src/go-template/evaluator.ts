import type {
  ActionNode,
  BranchNode,
  Node,
  Place,
  RangeNode,
  Template,
  TemplateNode,
} from './ast.ts';
import { renderFailure, type TemplateFailure } from './failure.ts';
import { showValue } from './format-value.ts';
import type { TemplateFunction } from './function.ts';
import { evaluatePipeline } from './pipeline.ts';
import {
  entryOf,
  type GoValue,
  isList,
  isMap,
  isNothing,
  isTrue,
  sortedKeys,
  toGoValue,
} from './value.ts';

/** Templates that call themselves end here. */
const depthLimit = 1000;

/** `break` or `continue` on its way to the loop. */
type Jump = 'break' | 'continue' | undefined;

/** One rendering of a template. */
export class Evaluator {
  readonly functions: Readonly<Record<string, TemplateFunction>>;
  readonly #template: Template;
  readonly #output: string[] = [];
  #variables: { readonly name: string; value: GoValue }[] = [];
  #depth = 0;

  constructor(template: Template, functions: Readonly<Record<string, TemplateFunction>>) {
    this.#template = template;
    this.functions = functions;
  }

  /** The text that the template gives for this data. */
  render(data: GoValue): string {
    this.declare('$', data);
    this.#walk(this.#template.body, data);
    return this.#output.join('');
  }

  /** The value of a variable. That it has none yet, as in `$v := $v`, the parser does not see. */
  variable(name: string, place: Place): GoValue {
    const variable = this.#find(name);
    if (variable === undefined) {
      throw this.failure(place, `undefined variable: ${name}`);
    }
    return variable.value;
  }

  /** Adds a variable until the control structure around ends. */
  declare(name: string, value: GoValue): void {
    this.#variables.push({ name, value });
  }

  /** Changes the innermost variable of this name. */
  assign(name: string, value: GoValue): void {
    const variable = this.#find(name);
    if (variable !== undefined) {
      variable.value = value;
    }
  }

  /** The template's text at a place. */
  sourceOf(place: Place): string {
    return this.#template.text.slice(place.start, place.end);
  }

  /** A failure that points to a place. */
  failure(place: Place, problem: string, cause?: unknown): TemplateFailure {
    return renderFailure(this.#template.text, place, problem, cause);
  }

  #find(name: string): { readonly name: string; value: GoValue } | undefined {
    return this.#variables.findLast((variable) => variable.name === name);
  }

  #walk(nodes: readonly Node[], dot: GoValue): Jump {
    for (const node of nodes) {
      const jump = this.#visit(node, dot);
      if (jump !== undefined) {
        return jump;
      }
    }
    return undefined;
  }

  #visit(node: Node, dot: GoValue): Jump {
    switch (node.kind) {
      case 'text':
        this.#output.push(node.text);
        return undefined;
      case 'action':
        this.#act(node, dot);
        return undefined;
      case 'if':
      case 'with':
        return this.#branch(node, dot);
      case 'range':
        return this.#range(node, dot);
      case 'template':
        this.#call(node, dot);
        return undefined;
      default:
        return node.kind;
    }
  }

  #act({ pipeline }: ActionNode, dot: GoValue): void {
    const value = evaluatePipeline(this, pipeline, dot);
    if (pipeline.variables.length === 0) {
      this.#output.push(isNothing(value) ? '<no value>' : showValue(value));
    }
  }

  #branch(node: BranchNode, dot: GoValue): Jump {
    const mark = this.#variables.length;
    const value = evaluatePipeline(this, node.pipeline, dot);
    const jump = isTrue(value)
      ? this.#walk(node.body, node.kind === 'with' ? value : dot)
      : this.#walk(node.otherwise, dot);
    this.#variables.length = mark;
    return jump;
  }

  #range(node: RangeNode, dot: GoValue): Jump {
    const mark = this.#variables.length;
    const value = evaluatePipeline(this, node.pipeline, dot);
    const bodyMark = this.#variables.length;
    let jump: Jump;
    let isEmpty = true;
    for (const [key, element] of this.#elementsOf(node, value)) {
      isEmpty = false;
      this.#setLoopVariables(node.pipeline.variables, key, element);
      const bodyJump = this.#walk(node.body, element);
      this.#variables.length = bodyMark;
      if (bodyJump === 'break') {
        break;
      }
    }
    if (isEmpty) {
      jump = this.#walk(node.otherwise, dot);
    }
    this.#variables.length = mark;
    return jump;
  }

  /** With one variable it is the element, with two the key comes first. */
  #setLoopVariables(variables: readonly string[], key: GoValue, element: GoValue): void {
    const [first, second] = variables;
    if (first !== undefined) {
      this.assign(first, second === undefined ? element : key);
    }
    if (second !== undefined) {
      this.assign(second, element);
    }
  }

  *#elementsOf(node: RangeNode, value: GoValue): Generator<readonly [GoValue, GoValue]> {
    const { pipeline } = node;
    if (isNothing(value)) {
      return;
    }
    if (typeof value === 'bigint') {
      if (pipeline.variables.length > 1) {
        throw this.failure(pipeline, `can't use ${value} to iterate over more than one variable`);
      }
      for (let index = 0n; index < value; index++) {
        yield [index, index];
      }
    } else if (isList(value)) {
      for (const [index, element] of value.entries()) {
        yield [BigInt(index), toGoValue(element)];
      }
    } else if (isMap(value)) {
      for (const key of sortedKeys(value)) {
        yield [key, entryOf(value, key)];
      }
    } else {
      throw this.failure(pipeline, `range can't iterate over ${showValue(value)}`);
    }
  }

  #call(node: TemplateNode, dot: GoValue): void {
    const body = this.#template.defined.get(node.name);
    if (body === undefined) {
      throw this.failure(node, `template ${JSON.stringify(node.name)} not defined`);
    }
    if (this.#depth >= depthLimit) {
      throw this.failure(node, `exceeded maximum template depth (${depthLimit})`);
    }
    const data =
      node.pipeline === undefined ? undefined : evaluatePipeline(this, node.pipeline, dot);
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: data }];
    this.#depth++;
    this.#walk(body, data);
    this.#depth--;
    this.#variables = outer;
  }
}
