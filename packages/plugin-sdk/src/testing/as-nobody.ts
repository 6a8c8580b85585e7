/**
 * Has work done with the rights of `nobody` when root runs the tests, who may read everything: open files and connections
 * stay as they are. The whole process is affected meanwhile.
 */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
