import { setTimeout as sleep } from 'node:timers/promises';
import * as messages from '../messages.ts';
import type { PollingConfig } from '../options/access.ts';

/** How often to look, and how long in all. */
export interface Pace {
  /** Milliseconds between two looks; without, they grow from 1 to 15 seconds. */
  readonly delay?: number;
  /** How often to look; without, as long as the patience lasts. */
  readonly attempts?: number;
}

/** What the template says of waiting, or the environment (as Packer's plugin has it). */
export function paceOf({ aws_polling: polling }: PollingConfig): Pace {
  const delay = polling?.delay_seconds || Number(process.env['AWS_POLL_DELAY_SECONDS'] || 0);
  const attempts = polling?.max_attempts || Number(process.env['AWS_MAX_ATTEMPTS'] || 0);
  return { ...(delay > 0 ? { delay: delay * 1000 } : {}), ...(attempts > 0 ? { attempts } : {}) };
}

/** Milliseconds to wait for an instance to change its state. */
export const instancePatience = 15 * 60_000;

/** Milliseconds to wait for an image, whose snapshots may be large. */
export const imagePatience = 4 * 60 * 60_000;

/** What to wait for. */
export interface Awaited<T> {
  /** What a person calls it. */
  readonly what: string;
  readonly pace: Pace;
  readonly patience: number;
  readonly signal: AbortSignal;
  /** Looks. Rejects with a `Failure` when it will never come about. */
  look(): Promise<Sight<T>>;
}

/** What was seen: the awaited, or the state that it is in meanwhile. */
export type Sight<T> = { readonly found: T } | { readonly state: string };

/** Looks until it has come about. Rejects with a `Failure` when it has not in time. */
export async function waitFor<T>({ what, pace, patience, signal, look }: Awaited<T>): Promise<T> {
  const end = Date.now() + patience;
  for (let attempt = 1; ; attempt += 1) {
    const sight = await look();
    if ('found' in sight) return sight.found;
    const isOver = pace.attempts === undefined ? Date.now() > end : attempt >= pace.attempts;
    if (isOver) throw messages.tookTooLong(what, sight.state);
    const growing = Math.min(1000 * 1.4 ** (attempt - 1), 15_000);
    await sleep(pace.delay ?? growing, undefined, { signal });
  }
}

/**
 * Repeats a call while it fails as something that was just made may fail, since AWS's servers do not all know of it at
 * once.
 */
export async function settled<T>(
  isNotYet: (error: unknown) => boolean,
  pace: Pace,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isNotYet(error) || attempt >= settleAttempts) throw error;
      await sleep(Math.min(pace.delay ?? 500 * attempt, 5000), undefined, { signal });
    }
  }
}

const settleAttempts = 12;
