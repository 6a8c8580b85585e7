import type { GraphEdge, GraphNode, TemplateGraph } from '@bake/core';

const titles = {
  variable: 'Variables',
  local: 'Locals',
  data: 'Data sources',
  source: 'Sources',
} as const;

/** The graph for people: what each part takes its values from, and builds as trees. */
export function graphText(graph: TemplateGraph): string {
  const sections = Object.entries(titles).map(([kind, title]) => {
    const nodes = graph.nodes.filter((node) => node.kind === kind);
    return nodes.length === 0
      ? ''
      : `${title}\n${nodes.map((node) => line(node, graph, '  ')).join('')}`;
  });
  const builds = graph.nodes
    .filter(({ kind }) => kind === 'build')
    .map((build) => buildText(build, graph));
  return [...sections, ...builds].filter((section) => section !== '').join('\n');
}

function buildText(build: GraphNode, graph: TemplateGraph): string {
  const sources = graph.edges
    .filter((edge) => isOrder(edge) && edge.to === build.id)
    .map(({ from }) => labelOf(from, graph));
  const title = `${capital(build.label)} of ${sources.join(', ') || 'no source'}${takes(build, graph)}\n`;
  return `${title}${tree(build, graph, '  ')}`;
}

/** What comes after a node: a chain goes straight down, branches are set in. */
function tree(node: GraphNode, graph: TemplateGraph, indent: string): string {
  const next = graph.nodes.filter(({ id }) =>
    graph.edges.some((edge) => isOrder(edge) && edge.from === node.id && edge.to === id),
  );
  const deeper = next.length === 1 ? indent : `${indent}  `;
  return next
    .map((one) => `${line(one, graph, indent, `${one.kind} `)}${tree(one, graph, deeper)}`)
    .join('');
}

function line(node: GraphNode, graph: TemplateGraph, indent: string, prefix = ''): string {
  return `${indent}${prefix}${node.label}${takes(node, graph)}\n`;
}

function takes({ id }: GraphNode, graph: TemplateGraph): string {
  const values = graph.edges.filter(({ kind, to }) => kind === 'value' && to === id);
  return values.length === 0
    ? ''
    : ` <- ${values.map(({ from }) => labelOf(from, graph)).join(', ')}`;
}

function isOrder({ kind }: GraphEdge): boolean {
  return kind === 'order';
}

function labelOf(id: string, { nodes }: TemplateGraph): string {
  return nodes.find((node) => node.id === id)?.label ?? id;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
