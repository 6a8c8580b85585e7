/**
 * The function with a memory: it computes once for each object. Only for objects that never change, such as values
 * and types; an object that goes takes its entry with it. The result must not be `undefined`.
 */
export function remembered<Key extends object, Result>(
  compute: (of: Key) => Result,
): (of: Key) => Result {
  const results = new WeakMap<Key, Result>();
  return (of) => {
    const earlier = results.get(of);
    if (earlier !== undefined) return earlier;
    const result = compute(of);
    results.set(of, result);
    return result;
  };
}
