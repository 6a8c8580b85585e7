import { expect, test } from '@jest/globals';
import { order } from '../src/values/order.ts';

type Graph = Readonly<Record<string, readonly string[]>>;

function orderOf(graph: Graph): ReturnType<typeof order<string>> {
  return order(Object.keys(graph), (node) => graph[node] ?? []);
}

test.each<{ graph: Graph; want: string }>([
  { graph: { a: ['b'], b: ['c'], c: [] }, want: 'c b a' },
  { graph: { a: [], b: [], c: ['a'] }, want: 'a b c' },
  { graph: { a: ['b', 'c'], b: ['c'], c: [] }, want: 'c b a' },
])('$graph goes $want', ({ graph, want }) => {
  expect(orderOf(graph)).toEqual({ order: want.split(' '), cycles: [] });
});

test.each<{ graph: Graph; want: string }>([
  { graph: { a: ['a'] }, want: 'a a' },
  { graph: { a: ['b'], b: ['c'], c: ['b'] }, want: 'b c b' },
])('$graph has the cycle $want', ({ graph, want }) => {
  expect(orderOf(graph).cycles).toEqual([want.split(' ')]);
});

test('takes a chain of 50,000', () => {
  const nodes = Array.from({ length: 50_000 }, (_, index) => index);
  const { order: sorted } = order(nodes, (node) => (node + 1 < nodes.length ? [node + 1] : []));
  expect(sorted[0]).toBe(nodes.length - 1);
});
