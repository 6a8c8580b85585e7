import type { Machine } from '../communicator.ts';
import type { SshMachine } from './ssh-machine/machine.ts';

/** What it takes to reach an SSH machine; folders are copied below `root`. */
export type SshAddress = Pick<
  SshMachine,
  'host' | 'port' | 'username' | 'password' | 'privateKey' | 'root'
>;

/**
 * Connects to a private SSH machine over real SSH and SFTP, once and without retries. Folders are copied without SSH,
 * since they are at hand below `root`. Rejects with the error of ssh2. Whoever connects closes the communicator.
 */
export async function connectSshMachine(machine: SshAddress): Promise<Machine> {
  // Loading ssh2 takes time that users of the other testing tools need not spend.
  const { connect } = await import('./ssh-machine/plain-communicator.ts');
  const { host, port, username, password } = machine;
  return {
    communicator: await connect(machine),
    facts: { Host: host, Port: port, User: username, Password: password, ConnType: 'ssh' },
    // Without a chroot commands see the host's /tmp: scripts stay inside of the machine.
    scriptFolder: '.',
  };
}
