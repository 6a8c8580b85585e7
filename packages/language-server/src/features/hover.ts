import { markdownPage } from '@bake/core/reference';
import { type Block, type Node, type Range, standardFunctions } from '@bake/hcl';
import type { Hover } from 'vscode-languageserver/node';
import { blockOf, bodyIn, componentOf, type Describe, dynamicBlock } from '../language/body.ts';
import { blockPage, functionPage, namePage, optionPage } from '../language/markdown.ts';
import { roots } from '../language/roots.ts';
import { nodesAt, stepsOf } from '../syntax/nodes-at.ts';
import { lspRange } from '../text/positions.ts';
import { fileOf, namesOf, type View } from '../view.ts';

interface Explanation {
  readonly text: string;
  readonly range: Range;
}

/** What is known of the word at the place. */
export async function hover(view: View): Promise<Hover | undefined> {
  const found = explainName(view) ?? (await explainSyntax(view));
  if (found === undefined) return undefined;
  return { contents: { kind: 'markdown', value: found.text }, range: lspRange(found.range) };
}

function explainName(view: View): Explanation | undefined {
  const { here } = namesOf(view);
  if (here === undefined) return undefined;
  const { folder } = view;
  return { text: namePage(here, folder.loaded.value, folder.values), range: here.whole };
}

async function explainSyntax(view: View): Promise<Explanation | undefined> {
  const nodes = nodesAt(fileOf(view), view.offset);
  const node = nodes.at(-1);
  const parent = nodes.at(-2);
  if (node === undefined || parent === undefined) return undefined;
  const describe: Describe = (kind, name) => view.folder.describe(kind, name);
  const text = await pageOf(node, parent, nodes, describe);
  return text === undefined ? undefined : { text, range: node.range };
}

async function pageOf(
  node: Node,
  parent: Node,
  nodes: readonly Node[],
  describe: Describe,
): Promise<string | undefined> {
  switch (parent.kind) {
    case 'call': {
      const called = node.kind === 'identifier' ? standardFunctions.get(node.name) : undefined;
      return called && functionPage(called);
    }
    case 'attribute': {
      if (node !== parent.name) return rootPage(node, parent);
      const body = await bodyIn(stepsOf(nodes), describe);
      const option = body?.options.find(({ name }) => name === parent.name.name);
      return option && optionPage(option);
    }
    case 'block':
      return node.kind === 'body' ? undefined : blockPageOf(parent, node, nodes, describe);
    default:
      return rootPage(node, parent);
  }
}

/** The type of a block, or one of its labels. */
async function blockPageOf(
  block: Block,
  node: Node,
  nodes: readonly Node[],
  describe: Describe,
): Promise<string | undefined> {
  const steps = stepsOf(nodes);
  const step = steps.at(-1);
  const body = await bodyIn(steps.slice(0, -1), describe);
  if (body === undefined || step === undefined) return undefined;
  const known = block.type.name === 'dynamic' ? dynamicBlock : blockOf(body, step);
  if (known === undefined) {
    const option = body.options.find(({ name }) => name === step.type);
    return option && optionPage(option);
  }
  if (node === block.labels[0]) {
    const component = await componentOf(known, step, describe);
    if (component !== undefined) return markdownPage(component);
  }
  return blockPage(known);
}

/** `build`, `path` and their like, or a name behind one. */
function rootPage(node: Node, parent: Node): string | undefined {
  const root = parent.kind === 'get-attribute' ? parent.object : node;
  if (root.kind !== 'variable' || !Object.hasOwn(roots, root.name)) return undefined;
  const known = roots[root.name];
  if (node === root || node.kind !== 'identifier') return known?.doc;
  return known?.names[node.name];
}
