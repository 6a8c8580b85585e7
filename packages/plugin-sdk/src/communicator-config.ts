import { bool, duration, type Infer, number, numbers, string, strings } from './schema/option.ts';

const later = 'Connections of this kind come with a later version of bake.';

/**
 * The options by which templates say how to reach a machine, shared by all builders that have one.
 * Names, types and defaults are Packer's (packer-plugin-sdk 0.6, `communicator.Config`). A builder
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
  ssh_keypair_name: string('Name of a key pair that the vendor knows.', { notYet: later }),
  temporary_key_pair_name: string('Name for the temporary key pair.', { notYet: later }),
  temporary_key_pair_type: string('Kind of the temporary key pair.', {
    oneOf: ['rsa', 'ecdsa', 'ed25519', 'dsa'],
    notYet: later,
  }),
  temporary_key_pair_bits: number('Size of the temporary key.', { unit: 'bits', notYet: later }),
  ssh_ciphers: strings('Ciphers to offer, most wanted first.'),
  ssh_clear_authorized_keys: bool('Take the temporary key out of authorized_keys at the end.', {
    notYet: later,
  }),
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
  ssh_bastion_host: string('Host to go through.', { notYet: later }),
  ssh_bastion_port: number('Port of the host to go through.', { notYet: later }),
  ssh_bastion_agent_auth: bool('Log in to the bastion with the agent.', { notYet: later }),
  ssh_bastion_username: string('User on the bastion.', { notYet: later }),
  ssh_bastion_password: string('Password on the bastion.', { sensitive: true, notYet: later }),
  ssh_bastion_interactive: bool('Answer keyboard-interactive on the bastion.', { notYet: later }),
  ssh_bastion_private_key_file: string('Key file for the bastion.', { notYet: later }),
  ssh_bastion_certificate_file: string('Certificate for the bastion.', { notYet: later }),
  ssh_file_transfer_method: string('How files travel.', { oneOf: ['scp', 'sftp'], default: 'scp' }),
  ssh_proxy_host: string('SOCKS5 proxy to go through.', { notYet: later }),
  ssh_proxy_port: number('Port of the SOCKS5 proxy.', { notYet: later }),
  ssh_proxy_username: string('User at the proxy.', { notYet: later }),
  ssh_proxy_password: string('Password at the proxy.', { sensitive: true, notYet: later }),
  ssh_keep_alive_interval: duration(
    'How often to ask whether the machine is there; below 0: never.',
    {
      default: 5000,
    },
  ),
  ssh_read_write_timeout: duration('How long a read or write may take; 0 is for ever.', {
    notYet: later,
  }),
  ssh_remote_tunnels: strings('Tunnels from the machine to here, `PORT:HOST:PORT`.', {
    notYet: later,
  }),
  ssh_local_tunnels: strings('Tunnels from here to the machine, `PORT:HOST:PORT`.', {
    notYet: later,
  }),
  ssh_public_key: numbers('Bytes of a public key; set by builders.', { notYet: later }),
  ssh_private_key: numbers('Bytes of a private key; set by builders.', {
    sensitive: true,
    notYet: later,
  }),
  winrm_username: string('User to log in as.', { notYet: later }),
  winrm_password: string('Password to log in with.', { sensitive: true, notYet: later }),
  winrm_host: string('Address of the machine.', { notYet: later }),
  winrm_no_proxy: bool('Leave proxies of the environment out of it.', { notYet: later }),
  winrm_port: number('Port that WinRM listens on.', { notYet: later }),
  winrm_timeout: duration('How long to wait until the machine answers.', { notYet: later }),
  winrm_use_ssl: bool('Use HTTPS.', { notYet: later }),
  winrm_insecure: bool('Do not check the certificate.', { notYet: later }),
  winrm_use_ntlm: bool('Use NTLM instead of Basic.', { notYet: later }),
} as const;

/** Decoded communicator options. */
export type CommunicatorConfig = Infer<typeof communicatorOptions>;
