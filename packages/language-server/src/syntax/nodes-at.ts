import { type ConfigFile, childrenOf, type Node } from '@bake/hcl';
import type { BlockStep } from './place.ts';

/** The nodes that hold an offset, from the file in. */
export function nodesAt(file: ConfigFile, offset: number): readonly Node[] {
  const nodes: Node[] = [];
  for (let at: Node | undefined = file; at !== undefined; at = childAt(at, offset)) nodes.push(at);
  return nodes;
}

/** Where two touch, the one that begins there. */
function childAt(node: Node, offset: number): Node | undefined {
  const children = childrenOf(node).filter(
    ({ range }) => range.start <= offset && offset <= range.end,
  );
  return children.find(({ range }) => offset < range.end) ?? children.at(-1);
}

/** The blocks among nodes within one another. */
export function stepsOf(nodes: readonly Node[]): readonly BlockStep[] {
  return nodes.flatMap((node) =>
    node.kind === 'block'
      ? [{ type: node.type.name, labels: node.labels.map(({ value }) => value) }]
      : [],
  );
}
