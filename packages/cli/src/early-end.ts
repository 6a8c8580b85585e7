/**
 * Watches for what ends a command from below: nothing is left that could happen, while a promise that it waits for (of a
 * plugin) never settles, at which Node would end the process with code 0; and an error that nobody waited for, thrown in a
 * timer or by an event. Both are told and count as an interrupt, so that what was made is undone, and `happened` says so.
 */
export function watchForEarlyEnds(tell: (text: string) => void): { readonly happened: boolean } {
  const watch = { happened: false };
  const interrupt = (): void => {
    watch.happened = true;
    // Nobody listens before there is something to undo.
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(1);
  };
  process.on('beforeExit', () => {
    if (!watch.happened) tell(nothingLeft);
    interrupt();
    // If that was of no use, Node comes here again, and the second interrupt ends the process.
    setImmediate(() => undefined);
  });
  process.on('uncaughtException', (error: unknown) => {
    tell(bugReport(error));
    interrupt();
  });
  return watch;
}

const nothingLeft =
  'bake is not done and has nothing left to wait for: something in a plugin never ends. Please report this to its author.';

/** What to say of an error that was foreseen by nobody. */
export function bugReport(error: unknown): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `bake has come to a point that it should not have. This is a bug in bake or in a plugin; please report it with these lines.\n\n${what}`;
}
