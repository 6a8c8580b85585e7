import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is neither an error nor falsy; gives up after half a minute. */
export async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > end) throw error;
    });
    if (answer) return answer;
    if (Date.now() > end) throw new Error('It did not come about in half a minute');
    await sleep(20);
  }
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
