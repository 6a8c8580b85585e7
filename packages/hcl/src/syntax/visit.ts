import type {
  Attribute,
  Block,
  Body,
  ConfigFile,
  Expression,
  Identifier,
  Label,
  TemplatePart,
} from './ast.ts';

/** Everything that `visit` comes by. */
export type Node =
  | ConfigFile
  | Body
  | Attribute
  | Block
  | Identifier
  | Label
  | Expression
  | TemplatePart;

/** What to do at a node before its children and after them; either may be absent. */
export interface Visitor {
  enter?(node: Node, parents: readonly Node[]): Descent;
  leave?(node: Node, parents: readonly Node[]): void;
}

/** What `enter` answers: `skip` leaves the children out, anything else goes on. */
export type Descent = 'skip' | 'go-on';

/** Walks a tree, children in source order. `parents` are given from the outermost in. */
export function visit(node: Node, visitor: Visitor): void {
  walk(node, visitor, []);
}

function walk(node: Node, visitor: Visitor, parents: Node[]): void {
  if (visitor.enter?.(node, parents) !== 'skip') {
    parents.push(node);
    for (const child of childrenOf(node)) walk(child, visitor, parents);
    parents.pop();
  }
  visitor.leave?.(node, parents);
}

/** The nodes right below one, in source order. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'file':
      return [node.body];
    case 'body':
      return node.items;
    case 'attribute':
      return [node.name, node.value];
    case 'block':
      return [node.type, ...node.labels, node.body];
    case 'template':
      return node.parts;
    case 'interpolation':
      return [node.value];
    case 'if-directive':
      return [node.condition, ...node.then, ...(node.else ?? [])];
    case 'for-directive':
      return present([node.key, node.value, node.collection, ...node.body]);
    default:
      return expressionChildren(node);
  }
}

function expressionChildren(node: Exclude<Node, Structure>): readonly Node[] {
  switch (node.kind) {
    case 'get-attribute':
      return [node.object, node.name];
    case 'get-index':
      return [node.collection, node.key];
    case 'splat':
      return [node.collection, node.each];
    case 'call':
      return [node.name, ...node.arguments];
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'conditional':
      return [node.condition, node.then, node.else];
    case 'parentheses':
      return [node.inner];
    case 'tuple':
      return node.items;
    case 'object':
      return node.items.flatMap(({ key, value }) => [key, value]);
    case 'for':
      return present([
        node.keyName,
        node.valueName,
        node.collection,
        node.key,
        node.value,
        node.condition,
      ]);
    default:
      return none;
  }
}

type Structure =
  | ConfigFile
  | Body
  | Attribute
  | Block
  | Extract<TemplatePart, { kind: 'interpolation' | 'if-directive' | 'for-directive' }>
  | Extract<Expression, { kind: 'template' }>;

const none: readonly Node[] = [];

function present(nodes: readonly (Node | undefined)[]): readonly Node[] {
  return nodes.filter((node) => node !== undefined);
}
