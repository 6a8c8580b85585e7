import type { CommunicatorConfig } from '@bake/plugin-sdk';
import type { WinrmMachineOptions } from './winrm-machine/machine.ts';

/** A way to talk to the machine: what the template says, and how the machine is set up for it. */
export interface WinrmWay {
  readonly way: string;
  readonly config: Partial<CommunicatorConfig>;
  readonly machine: Partial<WinrmMachineOptions>;
}

/** All of them. */
export const winrmWays: readonly WinrmWay[] = [
  { way: 'Basic', config: {}, machine: { logins: ['basic'] } },
  {
    way: 'NTLM',
    config: { winrm_use_ntlm: true },
    machine: { logins: ['ntlm'], allowsUnencrypted: false },
  },
  {
    way: 'Basic with TLS',
    config: { winrm_use_ssl: true, winrm_insecure: true },
    machine: { logins: ['basic'], tls: true },
  },
  {
    way: 'NTLM with TLS',
    config: { winrm_use_ssl: true, winrm_insecure: true, winrm_use_ntlm: true },
    machine: { logins: ['ntlm'], tls: true },
  },
];
