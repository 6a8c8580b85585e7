import type { CommunicatorConfig } from '@bake/plugin-sdk';
import { isRefusedLogin, type Stage } from './stage.ts';

/** How long to go on trying. */
export interface Patience {
  /** Milliseconds in all; 0 is for ever. */
  readonly timeout: number;
  /** Refused logins; 0 is any number. */
  readonly refusals: number;
}

/** What the template says, or Packer's defaults, which count only if it says nothing of both. */
export function patienceOf(config: CommunicatorConfig): Patience {
  const timeout = config.ssh_wait_timeout ?? config.ssh_timeout;
  const refusals = config.ssh_handshake_attempts;
  if (timeout === undefined && refusals === undefined) return { timeout: 300_000, refusals: 10 };
  return { timeout: timeout ?? 0, refusals: refusals ?? 0 };
}

/**
 * Milliseconds until the next try. Quick at first, because machines of tests and containers are up in
 * no time; ten refusals take about as long as Packer's ten, because a user may come with cloud-init.
 */
export function pauseAfter(stage: Stage, nth: number): number {
  const [first, longest] = isRefusedLogin(stage) ? [1000, 10_000] : [200, 5000];
  return Math.min(longest, first * 2 ** (nth - 1));
}
