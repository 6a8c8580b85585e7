import type { Range } from '../range.ts';
import type { Source } from '../source.ts';

/**
 * A copy of a tree or of diagnostics in which every range of the text `from` points into `to` instead.
 * `offsets` says where each character of `from` stands there.
 */
export function relocate<T>(tree: T, from: Source, to: Source, offsets: readonly number[]): T {
  const move = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map(move);
    if (isRangeOf(node, from)) {
      return { source: to, start: offsets[node.start], end: offsets[node.end] };
    }
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, move(value)]));
  };
  return move(tree) as T;
}

function isRangeOf(node: object, source: Source): node is Range {
  return (node as Partial<Range>).source === source;
}
