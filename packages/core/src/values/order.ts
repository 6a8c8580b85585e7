/** What an ordering gives: either an order in which everything comes after what it needs, or a cycle. */
export interface Ordering<K> {
  readonly order: readonly K[];
  /** Cycles, each as the path it takes, the first name again at the end. */
  readonly cycles: readonly (readonly K[])[];
}

/** Orders nodes so that each comes after those it depends on; depth first, in the order given. */
export function order<K>(
  nodes: Iterable<K>,
  dependenciesOf: (node: K) => readonly K[],
): Ordering<K> {
  const done = new Set<K>();
  const cycles: (readonly K[])[] = [];

  // An explicit stack: a chain of some thousand locals would overflow the call stack.
  for (const start of nodes) {
    const path: { readonly node: K; readonly rest: K[] }[] = [];
    const onPath = new Set<K>();
    const enter = (node: K): void => {
      if (done.has(node)) return;
      if (onPath.has(node)) {
        const from = path.findIndex((entry) => entry.node === node);
        cycles.push([...path.slice(from).map((entry) => entry.node), node]);
        return;
      }
      onPath.add(node);
      path.push({ node, rest: [...dependenciesOf(node)] });
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.shift();
      if (next !== undefined) enter(next);
      else {
        path.pop();
        onPath.delete(top.node);
        done.add(top.node);
      }
    }
  }
  return { order: [...done], cycles };
}
