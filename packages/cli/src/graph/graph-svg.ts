import type { GraphNode, GraphNodeKind, TemplateGraph } from '@bake/core';
import { escapedForMarkup } from '../views/markup.ts';
import { titled } from './graph-languages.ts';
import { layersOf } from './layers.ts';

const colours: Readonly<Record<GraphNodeKind, string>> = {
  variable: '#fff3bf',
  local: '#e9fac8',
  data: '#c5f6fa',
  source: '#d0ebff',
  build: '#eebefa',
  provisioner: '#f1f3f5',
  'error-cleanup-provisioner': '#ffe3e3',
  'post-processor': '#ffe8cc',
};

/** Pixels. */
const letter = 7.4;
const height = 30;
const gapAcross = 70;
const gapDown = 16;
const margin = 20;

/** Where a node is, or a bend, which has no size. */
interface Box {
  readonly x: number;
  readonly width: number;
  /** Of its middle. */
  readonly y: number;
}

/** The graph as a picture that needs nothing else: columns from left to right, values dashed, the order of builds in bold. */
export function graphSvg(graph: TemplateGraph): string {
  const { columns, routes } = layersOf(graph);
  const boxes = boxesOf(graph, columns);
  const all = [...boxes.values()];
  const width = round(Math.max(0, ...all.map((box) => box.x + box.width)) + margin);
  const bottom = round(Math.max(0, ...all.map((box) => box.y)) + height / 2 + margin);
  const parts = [
    ...routes.map((route, index) =>
      line(
        route.map((id) => boxes.get(id) as Box),
        graph.edges[index]?.kind ?? 'value',
      ),
    ),
    ...graph.nodes.map((node) => figure(node, boxes.get(node.id) as Box)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" width="${width}" height="${bottom}" font-family="ui-monospace, monospace" font-size="12">
<style>path { fill: none; stroke: #495057; stroke-width: 2 } .value { stroke: #868e96; stroke-width: 1.2; stroke-dasharray: 5 3 } rect { stroke: #495057 }</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z" style="fill: #495057; stroke: none"/></marker></defs>
<rect width="100%" height="100%" style="fill: #fff; stroke: none"/>
${parts.join('\n')}
</svg>
`;
}

function boxesOf(
  { nodes }: TemplateGraph,
  columns: readonly (readonly string[])[],
): ReadonlyMap<string, Box> {
  const widths = new Map(nodes.map((node) => [node.id, widthOf(node)]));
  const spaceOf = (id: string): number => (widths.has(id) ? height + gapDown : gapDown);
  const spaces = columns.map((column) => column.reduce((sum, id) => sum + spaceOf(id), 0));
  const tallest = Math.max(0, ...spaces);
  const boxes = new Map<string, Box>();
  let x = margin;
  for (const [index, column] of columns.entries()) {
    const widest = Math.max(0, ...column.map((id) => widths.get(id) ?? 0));
    // Short columns stand in the middle.
    let top = margin + (tallest - (spaces[index] ?? 0)) / 2;
    for (const id of column) {
      boxes.set(id, { x, width: widths.get(id) ?? widest, y: top + (spaceOf(id) - gapDown) / 2 });
      top += spaceOf(id);
    }
    x += widest + gapAcross;
  }
  return boxes;
}

function widthOf({ kind, label }: GraphNode): number {
  return titled(kind, label).length * letter + 20;
}

/** From box to box: straight through bends, curved between columns. */
function line(way: readonly Box[], kind: string): string {
  const [start, ...rest] = way as [Box, ...Box[]];
  let [x, y] = [start.x + start.width, start.y];
  const path = [`M${round(x)} ${round(y)}`];
  for (const [index, box] of rest.entries()) {
    const middle = round((x + box.x) / 2);
    path.push(`C${middle} ${round(y)} ${middle} ${round(box.y)} ${round(box.x)} ${round(box.y)}`);
    [x, y] = [box.x + box.width, box.y];
    if (index < rest.length - 1) path.push(`H${round(x)}`);
  }
  return `<path class="${kind}" marker-end="url(#tip)" d="${path.join(' ')}"/>`;
}

function figure({ kind, label }: GraphNode, { x, y, width }: Box): string {
  const corner = kind === 'variable' || kind === 'local' ? 15 : 4;
  return `<g><rect x="${round(x)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" rx="${corner}" fill="${colours[kind]}"/><text x="${round(x + 10)}" y="${round(y + 4)}">${escapedForMarkup(titled(kind, label))}</text></g>`;
}

function round(pixels: number): string {
  return pixels.toFixed(1).replace(/\.0$/, '');
}
