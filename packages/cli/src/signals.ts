const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens for interrupts: the first aborts the signal, so that builds stop and clean up; the second
 * ends the process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(1);
    const what = name === 'SIGINT' ? 'interrupt' : name === 'SIGTERM' ? 'terminated' : 'hangup';
    controller.abort(new Error(what));
  };
  for (const name of signals) process.on(name, listener);
  return controller.signal;
}
