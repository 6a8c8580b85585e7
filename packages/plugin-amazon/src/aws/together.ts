/**
 * Waits for all of them, also when one fails: what the others make meanwhile must be known before anything is undone.
 * Rejects with the first failure.
 */
export async function together<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
