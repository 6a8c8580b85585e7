const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens for interrupts: the first aborts `first`, so that builds stop and clean up; the second aborts
 * `second`, for last words, and ends the process at once.
 */
export function interrupts(): { readonly first: AbortSignal; readonly second: AbortSignal } {
  const [first, second] = [new AbortController(), new AbortController()];
  const listener = (name: NodeJS.Signals): void => {
    const what = name === 'SIGINT' ? 'interrupt' : name === 'SIGTERM' ? 'terminated' : 'hangup';
    if (!first.signal.aborted) {
      first.abort(new Error(what));
      return;
    }
    second.abort(new Error(what));
    process.exit(1);
  };
  for (const name of signals) process.on(name, listener);
  return { first: first.signal, second: second.signal };
}
