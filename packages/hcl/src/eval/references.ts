import type { Range } from '../range.ts';
import type {
  Attribute,
  Block,
  Body,
  Expression,
  For,
  ForDirective,
  FunctionCall,
  GetAttribute,
  GetIndex,
  TemplatePart,
  Variable,
} from '../syntax/ast.ts';
import { parseNum } from '../value/number.ts';
import { numberValue, stringValue, type Value } from '../value/value.ts';

/** One step of a reference: `.name`, or `[key]` with the key's value when it is a literal. */
export type ReferenceStep = string | { readonly index: Value | undefined };

/** A use of a name from outside, as far as it is plain access: `var.disks[0].size`. */
export interface Reference {
  readonly root: string;
  readonly path: readonly ReferenceStep[];
  readonly range: Range;
}

/**
 * Every reference in an expression or body, in source order. Names that a `for`, a template's `for` or a
 * `dynamic` block binds itself are no references inside it.
 */
export function referencesIn(node: Expression | Body): readonly Reference[] {
  const found: Reference[] = [];
  if (node.kind === 'body') collectFromBody(node, { found, bound: new Set() });
  else collect(node, { found, bound: new Set() });
  return found;
}

/** The value of a key that is written out as a number or plain string. */
export function literalKey(key: Expression): Value | undefined {
  if (key.kind === 'number') {
    const number = parseNum(key.text);
    return number === undefined ? undefined : numberValue(number);
  }
  if (key.kind !== 'template') return undefined;
  if (key.parts.length === 0) return stringValue('');
  const [part] = key.parts;
  return key.parts.length === 1 && part?.kind === 'template-text'
    ? stringValue(part.value)
    : undefined;
}

interface Collector {
  readonly found: Reference[];
  readonly bound: ReadonlySet<string>;
}

function collect(node: Expression, into: Collector): void {
  switch (node.kind) {
    case 'variable':
    case 'get-attribute':
    case 'get-index':
      collectChain(node, into);
      return;
    case 'template':
      collectFromParts(node.parts, into);
      return;
    case 'splat':
      collectAll([node.collection, node.each], into);
      return;
    case 'call':
      collectFromCall(node, into);
      return;
    case 'unary':
      collect(node.operand, into);
      return;
    case 'binary':
      collectAll([node.left, node.right], into);
      return;
    case 'conditional':
      collectAll([node.condition, node.then, node.else], into);
      return;
    case 'parentheses':
      collect(node.inner, into);
      return;
    case 'tuple':
      collectAll(node.items, into);
      return;
    case 'object':
      for (const { key, value } of node.items) {
        // A bare word is the key's own name.
        if (key.kind !== 'variable') collect(key, into);
        collect(value, into);
      }
      return;
    case 'for':
      collectFromFor(node, into);
      return;
    default:
      return;
  }
}

function collectAll(nodes: readonly Expression[], into: Collector): void {
  for (const node of nodes) collect(node, into);
}

/** Walks from the last access of a chain down to its root; keys are expressions of their own. */
function collectChain(chain: Variable | GetAttribute | GetIndex, into: Collector): void {
  const path: ReferenceStep[] = [];
  const keys: Expression[] = [];
  let node: Expression = chain;
  while (node.kind === 'get-attribute' || node.kind === 'get-index') {
    if (node.kind === 'get-attribute') {
      path.unshift(node.name.name);
      node = node.object;
    } else {
      path.unshift({ index: literalKey(node.key) });
      keys.unshift(node.key);
      node = node.collection;
    }
  }
  if (node.kind !== 'variable') collect(node, into);
  else if (!into.bound.has(node.name)) {
    into.found.push({ root: node.name, path, range: chain.range });
  }
  collectAll(keys, into);
}

function collectFromCall(call: FunctionCall, into: Collector): void {
  // The second argument of `convert` is a type, whose words are no variables.
  const isConvert = call.name.name === 'convert' && call.arguments.length === 2;
  collectAll(isConvert ? call.arguments.slice(0, 1) : call.arguments, into);
}

function collectFromFor(node: For, into: Collector): void {
  collect(node.collection, into);
  const inner = binding(into, node.keyName?.name, node.valueName.name);
  if (node.key !== undefined) collect(node.key, inner);
  collect(node.value, inner);
  if (node.condition !== undefined) collect(node.condition, inner);
}

function collectFromParts(parts: readonly TemplatePart[], into: Collector): void {
  for (const part of parts) {
    switch (part.kind) {
      case 'interpolation':
        collect(part.value, into);
        break;
      case 'if-directive':
        collect(part.condition, into);
        collectFromParts(part.then, into);
        collectFromParts(part.else ?? [], into);
        break;
      case 'for-directive':
        collectFromLoop(part, into);
        break;
      default:
    }
  }
}

function collectFromLoop(loop: ForDirective, into: Collector): void {
  collect(loop.collection, into);
  collectFromParts(loop.body, binding(into, loop.key?.name, loop.value.name));
}

function collectFromBody(body: Body, into: Collector): void {
  for (const item of body.items) {
    if (item.kind === 'attribute') collect(item.value, into);
    else if (item.type.name === 'dynamic') collectFromDynamic(item, into);
    else collectFromBody(item.body, into);
  }
}

function collectFromDynamic(block: Block, into: Collector): void {
  const attributes = block.body.items.filter(
    (item): item is Attribute => item.kind === 'attribute',
  );
  const iterator = attributes.find((attribute) => attribute.name.name === 'iterator')?.value;
  const name = iterator?.kind === 'variable' ? iterator.name : block.labels[0]?.value;
  const inner = binding(into, name);
  for (const item of block.body.items) {
    if (item.kind === 'block') collectFromBody(item.body, inner);
    else if (item.name.name === 'for_each') collect(item.value, into);
    else if (item.name.name !== 'iterator') collect(item.value, inner);
  }
}

function binding(into: Collector, ...names: readonly (string | undefined)[]): Collector {
  const bound = new Set(into.bound);
  for (const name of names) if (name !== undefined) bound.add(name);
  return { ...into, bound };
}
