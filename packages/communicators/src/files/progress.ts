import type { Ui } from '@bake/plugin-sdk';

/** Milliseconds between two reports: more than a person can see is only a load. */
const interval = 100;

/** Gives a function that is told of arriving bytes and reports how far a transfer has come. */
export function reportBytes(
  ui: Ui,
  label: string | undefined,
  total: number | undefined,
): (count: number) => void {
  if (label === undefined) return () => undefined;
  let done = 0;
  let last = 0;
  return (count) => {
    done += count;
    const now = Date.now();
    if (done !== total && now - last < interval) return;
    last = now;
    ui.progress({ label, done, unit: 'bytes', ...(total === undefined ? {} : { total }) });
  };
}
