/** What else there is to say about a wait that a signal may end. */
export interface RaceOptions<T> {
  /** Gets what the work still came to when nobody waited for it any more. */
  readonly discard?: (late: T) => void;
  /** Milliseconds that the work gets after the abort to clean up and come to an end by itself. */
  readonly grace?: number;
}

/**
 * Waits for `work`, but no longer than until the signal aborts: then it rejects with the signal's reason,
 * at once unless the work gets some grace.
 */
export async function raceAbort<T>(
  work: Promise<T>,
  signal: AbortSignal,
  { discard = () => undefined, grace = 0 }: RaceOptions<T> = {},
): Promise<T> {
  let onAbort: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      work.then(discard, () => undefined);
      reject(signal.reason);
    };
    onAbort = (): void => {
      if (grace === 0) giveUp();
      else timer = setTimeout(giveUp, grace);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
