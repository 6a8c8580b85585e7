import type { Keyboard } from './keyboard.ts';

/** Where a VNC server listens, and what it wants. */
export interface VncTarget {
  readonly host: string;
  readonly port: number;
  /** VNC takes no more than 8 bytes of it. Whoever made it has to `protect` it. */
  readonly password?: string;
  readonly signal: AbortSignal;
}

/**
 * Connects to the keyboard of a machine whose screen is shown by VNC. Waits a little for a server that is only
 * starting. Rejects with a `Failure` when none answers, or it wants no such password.
 */
export async function vncKeyboard(target: VncTarget): Promise<Keyboard> {
  const { connectVnc } = await import('./vnc-client.ts');
  return connectVnc(target);
}
