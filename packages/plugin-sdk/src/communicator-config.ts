import { bool, duration, type Infer, number, numbers, string, strings } from './schema/option.ts';

/**
 * The options by which templates say how to reach a machine, shared by all builders that have one.
 * Names, types and defaults are Packer's (packer-plugin-sdk 0.6, `communicator.Config`), unless their sentence says otherwise. A builder
 * spreads them into its own config and sets `communicates`.
 */
export const communicatorOptions = {
  communicator: string('How to talk to the machine: `ssh`, `winrm` or `none`.', { default: 'ssh' }),
  pause_before_connecting: duration(
    'After the machine answers for the first time, wait this long and connect again.',
  ),
  ssh_host: string('Address of the machine.'),
  ssh_port: number('Port that SSH listens on.', { default: 22 }),
  ssh_username: string('User to log in as.'),
  ssh_password: string('Password to log in with.', { sensitive: true }),
  ssh_keypair_name: string(
    'Name of a key pair that the vendor knows and puts on new machines; only builders for such vendors heed it.',
  ),
  temporary_key_pair_name: string('Name for the key pair that builders make for new machines.'),
  temporary_key_pair_type: string('Kind of that key pair; `rsa` by default.', {
    oneOf: ['rsa', 'ecdsa', 'ed25519', 'dsa'],
  }),
  temporary_key_pair_bits: number('Size of that key; for `rsa` 4096, for `ecdsa` 521 by default.', {
    unit: 'bits',
  }),
  ssh_ciphers: strings('Ciphers to offer, most wanted first.'),
  ssh_clear_authorized_keys: bool(
    'After provisioning, take the key that the builder made out of authorized_keys.',
  ),
  ssh_key_exchange_algorithms: strings('Key exchange algorithms to offer, most wanted first.'),
  ssh_private_key_file: string('File with the private key to log in with; `~` is the home folder.'),
  ssh_certificate_file: string('File with a certificate for the key in `ssh_private_key_file`.'),
  ssh_pty: bool('Give commands a terminal.', { default: false }),
  ssh_timeout: duration('How long to wait until the machine answers; 0 is for ever.'),
  ssh_wait_timeout: duration('Old name of `ssh_timeout`.', {
    deprecated: 'Use "ssh_timeout" instead.',
  }),
  ssh_agent_auth: bool('Log in with the keys of the SSH agent.', { default: false }),
  ssh_disable_agent_forwarding: bool('Do not offer the local SSH agent to the machine.', {
    default: false,
  }),
  ssh_handshake_attempts: number('How many refused logins to put up with; 0 is any number.'),
  ssh_bastion_host: string('Host to go through.'),
  ssh_bastion_port: number('Port of the host to go through.'),
  ssh_bastion_agent_auth: bool('Log in to the bastion with the agent.'),
  ssh_bastion_username: string('User on the bastion.'),
  ssh_bastion_password: string('Password on the bastion.', { sensitive: true }),
  ssh_bastion_interactive: bool(
    'Put the questions of the bastion, such as for a password, to the person at the terminal.',
  ),
  ssh_bastion_private_key_file: string('Key file for the bastion.'),
  ssh_bastion_certificate_file: string('Certificate for the bastion.'),
  ssh_file_transfer_method: string('How files travel.', { oneOf: ['scp', 'sftp'], default: 'scp' }),
  ssh_proxy_host: string('SOCKS5 proxy to go through.'),
  ssh_proxy_port: number('Port of the SOCKS5 proxy.'),
  ssh_proxy_username: string('User at the proxy.'),
  ssh_proxy_password: string('Password at the proxy.', { sensitive: true }),
  ssh_keep_alive_interval: duration(
    'How often to ask whether the machine is there; below 0: never.',
    {
      default: 5000,
    },
  ),
  ssh_read_write_timeout: duration(
    'How long the machine may be silent before the connection counts as lost; 0 is for ever. Its answers to `ssh_keep_alive_interval` count.',
  ),
  ssh_remote_tunnels: strings(
    'Ports that the machine listens on, and where they lead from here: `PORT:HOST:PORT`.',
  ),
  ssh_local_tunnels: strings(
    'Ports that this computer listens on, and where they lead from the machine: `PORT:HOST:PORT`.',
  ),
  ssh_host_key_fingerprint: string(
    'Fingerprint of the only host key to accept; any key is accepted without. Not in Packer.',
    { example: '"SHA256:..."' },
  ),
  ssh_known_hosts_file: string(
    'File in the form of `known_hosts` with the host keys to accept. Not in Packer.',
  ),
  ssh_public_key: numbers(
    'Public half of `ssh_private_key`, byte by byte: what `build.SSHPublicKey` gives.',
  ),
  ssh_private_key: numbers('Private key to log in with, byte by byte.', { sensitive: true }),
  winrm_username: string('User to log in as, also `DOMAIN\\user`.'),
  winrm_password: string('Password to log in with.', { sensitive: true }),
  winrm_host: string('Address of the machine.'),
  winrm_no_proxy: bool('Leave proxies of the environment out of it.'),
  winrm_port: number('Port that WinRM listens on; 5985 by default, 5986 with `winrm_use_ssl`.'),
  winrm_timeout: duration('How long to wait until the machine answers.', { default: 1_800_000 }),
  winrm_use_ssl: bool('Use HTTPS.'),
  winrm_insecure: bool('Do not check the certificate.'),
  winrm_use_ntlm: bool('Log in by NTLM, which also seals what goes over HTTP, instead of Basic.'),
} as const;

/** Decoded communicator options. */
export type CommunicatorConfig = Infer<typeof communicatorOptions>;
