import { DialError } from '../network/dial-error.ts';

/** What a try to connect goes through, in this order. */
const stages = [
  'name',
  'proxy',
  'bastion',
  'bastion authentication',
  'connection',
  'key exchange',
  'authentication',
  'tunnel',
  'shell',
] as const;

/** How far a try to connect had come when it failed. */
export type Stage = (typeof stages)[number];

/** A try to connect over SSH that failed. */
export type SshDialError = DialError<Stage>;

/** Whether it is a try that failed, and not an error that no further try would mend. */
export function isDialError(error: unknown): error is SshDialError {
  return error instanceof DialError;
}

/** Whether a later try says more than an earlier one: one that was cut off does if it came further. */
export function saysMore(later: SshDialError, earlier: SshDialError): boolean {
  return !later.isCutOff || stages.indexOf(later.stage) > stages.indexOf(earlier.stage);
}

/** Whether a login was refused: that it will be taken later is not likely. */
export function isRefusedLogin(stage: Stage): boolean {
  return stage === 'authentication' || stage === 'bastion authentication';
}

/** Puts the end of a try into words that go on from "The last one ". */
export function describeStage(error: SshDialError): string {
  switch (error.stage) {
    case 'name':
      return `could not look up the address of the machine: ${error.message}`;
    case 'proxy':
      return `did not get through the proxy: ${error.message}`;
    case 'bastion':
    case 'bastion authentication':
      return `did not get past the bastion, but ${error.message}`;
    case 'tunnel':
      return `was let in, but the machine does not listen for the tunnel on ${error.message}`;
    case 'shell':
      return `was let in, but the machine starts no session: ${error.message}`;
    case 'connection':
      return `got no connection: ${error.message}`;
    case 'key exchange':
      return `was connected, but the SSH key exchange failed: ${error.message}`;
    case 'authentication':
      return `reached the SSH server, but was not let in: ${error.message}`;
    default:
      return error.stage satisfies never;
  }
}

/** A full sentence on what to look at when tries end in this stage. */
export function adviceFor(stage: Stage): string {
  switch (stage) {
    case 'name':
      return 'Check the spelling of "ssh_host" and the name service.';
    case 'proxy':
      return 'Check the "ssh_proxy_..." options, and whether the proxy reaches the machine.';
    case 'bastion':
      return 'Check "ssh_bastion_host" and "ssh_bastion_port", and that the bastion is up.';
    case 'bastion authentication':
      return 'Check "ssh_bastion_username" and the password or key for the bastion.';
    case 'tunnel':
      return 'Check that nothing else on the machine listens on that port, and that its SSH server allows forwarding.';
    case 'shell':
      return 'Check what its SSH server allows this user ("MaxSessions" and the like in sshd_config). If the machine only needs longer to boot, raise "ssh_timeout".';
    case 'connection':
      return 'Check that the machine is up, that "ssh_host" and "ssh_port" are right and that no firewall is in between. If it only needs longer to boot, raise "ssh_timeout".';
    case 'key exchange':
      return 'Check that what listens there is an SSH server, and "ssh_ciphers" and "ssh_key_exchange_algorithms" if they are set.';
    case 'authentication':
      return 'Check "ssh_username" and the password or key. If the machine sets the user up while it boots, raise "ssh_handshake_attempts".';
    default:
      return stage satisfies never;
  }
}
