import type { GraphNodeKind, TemplateGraph } from '@bake/core';

const mermaidShapes: Readonly<Record<GraphNodeKind, readonly [string, string]>> = {
  variable: ['([', '])'],
  local: ['(', ')'],
  data: ['[(', ')]'],
  source: ['[[', ']]'],
  build: ['{{', '}}'],
  provisioner: ['[', ']'],
  'error-cleanup-provisioner': ['[', ']'],
  'post-processor': ['[/', '/]'],
};

/** The graph in Mermaid, which GitHub and GitLab draw in Markdown. */
export function graphMermaid({ nodes, edges }: TemplateGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = [
    ...nodes.map(({ id, kind, label }) => {
      const [open, close] = mermaidShapes[kind];
      return `${names.get(id)}${open}"${escapedForMermaid(titled(kind, label))}"${close}`;
    }),
    ...edges.map(({ from, to, kind }) => {
      return `${names.get(from)} ${kind === 'order' ? '==>' : '-.->'} ${names.get(to)}`;
    }),
  ];
  return `flowchart LR\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Mermaid takes HTML's entities, with `#` in place of `&`. */
function escapedForMermaid(text: string): string {
  return text.replace(/[^\w .,:*-]/g, (letter) => `#${letter.codePointAt(0)};`);
}

const dotShapes: Readonly<Record<GraphNodeKind, string>> = {
  variable: 'oval',
  local: 'oval',
  data: 'cylinder',
  source: 'box3d',
  build: 'hexagon',
  provisioner: 'box',
  'error-cleanup-provisioner': 'box',
  'post-processor': 'parallelogram',
};

/** The graph in the language of Graphviz. */
export function graphDot({ nodes, edges }: TemplateGraph): string {
  const lines = [
    'rankdir=LR;',
    'node [fontname="sans-serif"];',
    ...nodes.map(
      ({ id, kind, label }) =>
        `${quoted(id)} [shape=${dotShapes[kind]}, label=${quoted(titled(kind, label))}];`,
    ),
    ...edges.map(({ from, to, kind }) => {
      const style = kind === 'order' ? 'bold' : 'dashed';
      return `${quoted(from)} -> ${quoted(to)} [style=${style}];`;
    }),
  ];
  return `digraph template {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** Names of values and builds tell what they are; those of components do not. */
export function titled(kind: GraphNodeKind, label: string): string {
  return ['variable', 'local', 'data', 'build'].includes(kind) ? label : `${kind} ${label}`;
}
