/**
 * A signal that aborts `milliseconds` after another one, with its reason: for what is on its way elsewhere when a build is
 * cancelled, and is to come to its end first, so that its removal finds it.
 */
export function delayedSignal(signal: AbortSignal, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  const begin = (): void => void setTimeout(abort, milliseconds).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return controller.signal;
}
