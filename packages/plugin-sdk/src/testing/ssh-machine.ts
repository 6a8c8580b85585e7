import type { SshMachine, SshMachineOptions } from './ssh-machine/machine.ts';

/**
 * Starts a private SSH machine on loopback. Rejects when `root` does not exist. Whoever starts it
 * closes it.
 */
export async function startSshMachine(options: SshMachineOptions): Promise<SshMachine> {
  // Loading ssh2 takes time that users of the other testing tools need not spend.
  const { start } = await import('./ssh-machine/start.ts');
  return start(options);
}
