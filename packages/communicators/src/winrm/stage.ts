/** How far a try to reach the machine had come when it failed. */
export type Stage =
  | 'name'
  | 'proxy'
  | 'connection'
  | 'tls'
  | 'login'
  | 'answer'
  | 'line'
  | 'shell'
  | 'check';

/** A try that failed; another one may succeed. */
export class TryError extends Error {
  override readonly name = 'TryError';
  readonly stage: Stage;

  constructor(stage: Stage, reason: string) {
    super(reason);
    this.stage = stage;
  }
}

/** Puts the end of a try into words that go on from "The last one ". */
export function describeStage({ stage, message }: TryError): string {
  switch (stage) {
    case 'name':
      return `could not look up the address of the machine: ${message}`;
    case 'proxy':
      return `did not get through the proxy: ${message}`;
    case 'connection':
      return `got no connection: ${message}`;
    case 'tls':
      return `was connected, but TLS failed: ${message}`;
    case 'login':
      return `reached the machine, but was not let in: ${message}`;
    case 'answer':
      return `got an answer that is not WinRM's: ${message}`;
    case 'line':
      return `was connected, but lost the connection: ${message}`;
    case 'shell':
      return `was let in, but got no shell: ${message}`;
    case 'check':
      return `got a shell, but PowerShell did not answer in it: ${message}`;
    default:
      return stage satisfies never;
  }
}

/** A full sentence on what to look at when tries end in this stage. */
export function adviceFor(stage: Stage): string {
  switch (stage) {
    case 'name':
      return 'Check the spelling of "winrm_host" and the name service.';
    case 'proxy':
      return 'Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment, or set "winrm_no_proxy = true".';
    case 'connection':
      return 'Check that the machine is up, that "winrm_host" and "winrm_port" are right, that WinRM is enabled on it and that its firewall lets it through. If it only needs longer to boot, raise "winrm_timeout".';
    case 'tls':
      return 'Check that the port is that of HTTPS. For a certificate that this computer does not trust set "winrm_insecure = true".';
    case 'login':
      return 'Check "winrm_username" and "winrm_password", and that the machine allows this kind of login: Basic, or NTLM with "winrm_use_ntlm = true".';
    case 'answer':
      return 'Check that what listens on "winrm_port" is WinRM, and "winrm_use_ssl".';
    case 'line':
      return 'Check that what listens on "winrm_port" is WinRM, and that the machine is not just rebooting.';
    case 'shell':
      return 'Check that the user may use remote shells on the machine, for instance as an administrator.';
    case 'check':
      return 'Check that PowerShell is on the machine and that the user may run it.';
    default:
      return stage satisfies never;
  }
}
