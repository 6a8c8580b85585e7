import type { GraphEdge, TemplateGraph } from '@bake/core';

/** A graph in columns. */
export interface Layers {
  /** From left to right, each from top to bottom: IDs of nodes, and of bends, where a line passes between nodes. */
  readonly columns: readonly (readonly string[])[];
  /** For each edge of the graph the way it takes, from node to node over bends, one column at a time. */
  readonly routes: readonly (readonly string[])[];
}

/**
 * Puts every node into the column behind all that leads to it, and what nothing leads to right before what it leads to. Each column
 * is brought into an order in which lines cross little: all goes to the middle of its neighbours, to and fro a few times.
 */
export function layersOf({ nodes, edges }: TemplateGraph): Layers {
  const columnOf = columnsOf(
    nodes.map(({ id }) => id),
    edges,
  );
  const columns: string[][] = [];
  const put = (id: string, column: number): string => {
    columns[column] = [...(columns[column] ?? []), id];
    return id;
  };
  for (const { id } of nodes) put(id, columnOf(id));
  const routes = edges.map(({ from, to }, index) => {
    const [first, last] = [columnOf(from), columnOf(to)];
    const between = Array.from({ length: Math.max(0, last - first - 1) }, (_, at) =>
      put(`bend ${index} ${at}`, first + at + 1),
    );
    return [from, ...between, to];
  });
  // Where values go in a circle, no node may be the first of all.
  const filled = columns.filter((column) => column.length > 0);
  order(filled, routes);
  return { columns: filled, routes };
}

/** Gives the column of each node. */
function columnsOf(ids: readonly string[], edges: readonly GraphEdge[]): (id: string) => number {
  const before = grouped(edges, 'to', 'from');
  const after = grouped(edges, 'from', 'to');
  const longest = new Map<string, number>();
  const depth = (id: string): number => {
    const known = longest.get(id);
    if (known !== undefined) return known;
    // Locals that refer to each other in a circle are a mistake, which is no reason to go round for ever.
    longest.set(id, 0);
    const column = Math.max(-1, ...(before.get(id) ?? []).map(depth)) + 1;
    longest.set(id, column);
    return column;
  };
  for (const id of ids) depth(id);
  return (id) => {
    const targets = after.get(id) ?? [];
    if (before.has(id) || targets.length === 0) return depth(id);
    return Math.max(0, Math.min(...targets.map(depth)) - 1);
  };
}

function grouped(
  edges: readonly GraphEdge[],
  key: 'from' | 'to',
  value: 'from' | 'to',
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const edge of edges) groups.set(edge[key], [...(groups.get(edge[key]) ?? []), edge[value]]);
  return groups;
}

const rounds = 8;

function order(columns: readonly string[][], routes: readonly (readonly string[])[]): void {
  const neighbours = new Map<string, string[]>(columns.flat().map((id) => [id, []]));
  for (const route of routes) {
    for (const [index, id] of route.slice(1).entries()) {
      const previous = route[index] as string;
      neighbours.get(previous)?.push(id);
      neighbours.get(id)?.push(previous);
    }
  }
  const place = new Map<string, number>();
  const note = (column: readonly string[]): void => {
    for (const [row, id] of column.entries()) place.set(id, (row + 0.5) / column.length);
  };
  columns.forEach(note);
  const middle = (id: string): number => {
    const places = (neighbours.get(id) ?? []).map((one) => place.get(one) ?? 0);
    return places.length === 0
      ? (place.get(id) ?? 0)
      : places.reduce((sum, one) => sum + one, 0) / places.length;
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const column of round % 2 === 0 ? columns : columns.toReversed()) {
      column.sort((one, other) => middle(one) - middle(other));
      note(column);
    }
  }
}
