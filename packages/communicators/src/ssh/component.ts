import {
  type CommunicatorComponent,
  type CommunicatorConfig,
  type Complain,
  defineCommunicator,
  isFailure,
} from '@bake/plugin-sdk';
import { invalidTunnel, parseTunnel } from './tunnel-text.ts';

const ssh: CommunicatorComponent = defineCommunicator({
  name: 'ssh',
  doc: 'Talks to the machine over SSH.',
  async check(config, complain) {
    checkUsername(config, complain);
    checkNumbers(config, complain);
    checkRoute(config, complain);
    checkTunnels(config, complain);
    checkFingerprint(config, complain);
    await checkKeyFile(config, ['ssh_private_key_file', 'ssh_certificate_file'], complain);
    await checkBastionKey(config, complain);
    await checkKeyBytes(config, complain);
  },
  async connect(config, target, context) {
    const { connect } = await import('./connect.ts');
    return connect(config, target, context);
  },
});
export default ssh;

type KeyOption = 'ssh_private_key_file' | 'ssh_bastion_private_key_file';
type CertificateOption = 'ssh_certificate_file' | 'ssh_bastion_certificate_file';

function checkUsername(config: CommunicatorConfig, complain: Complain): void {
  if (config.ssh_username !== undefined && config.ssh_username !== '') return;
  complain('ssh_username', {
    summary: 'Missing ssh_username',
    detail: 'Set "ssh_username" to the user to log in as, for instance "root".',
  });
}

function checkNumbers(config: CommunicatorConfig, complain: Complain): void {
  const { ssh_port: port, ssh_handshake_attempts: attempts } = config;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    complain('ssh_port', {
      summary: 'Invalid ssh_port',
      detail: `A port is a whole number from 1 to 65535, not ${port}.`,
    });
  }
  if (attempts !== undefined && (!Number.isInteger(attempts) || attempts < 0)) {
    complain('ssh_handshake_attempts', {
      summary: 'Invalid ssh_handshake_attempts',
      detail: `Give a whole number, or 0 for any number of attempts, not ${attempts}.`,
    });
  }
}

function checkRoute(config: CommunicatorConfig, complain: Complain): void {
  if (!config.ssh_bastion_host) return;
  if (config.ssh_proxy_host) {
    complain('ssh_proxy_host', {
      summary: 'Both a bastion and a proxy',
      detail: 'Set either "ssh_bastion_host" or "ssh_proxy_host", not both.',
    });
  }
  const logins = [
    config.ssh_bastion_agent_auth,
    config.ssh_bastion_password,
    config.ssh_bastion_interactive,
    config.ssh_bastion_private_key_file,
    config.ssh_private_key_file,
  ];
  if (logins.some(Boolean)) return;
  complain('ssh_bastion_host', {
    summary: 'No way to log in to the bastion',
    detail:
      'Set "ssh_bastion_password", "ssh_bastion_private_key_file", "ssh_bastion_agent_auth" or "ssh_bastion_interactive".',
  });
}

function checkTunnels(config: CommunicatorConfig, complain: Complain): void {
  for (const option of ['ssh_local_tunnels', 'ssh_remote_tunnels'] as const) {
    for (const text of config[option] ?? []) {
      if (parseTunnel(text) !== undefined) continue;
      complain(option, { summary: `Invalid ${option}`, detail: invalidTunnel(text) });
    }
  }
}

function checkFingerprint(config: CommunicatorConfig, complain: Complain): void {
  const { ssh_host_key_fingerprint: fingerprint } = config;
  if (!fingerprint || /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(fingerprint)) return;
  complain('ssh_host_key_fingerprint', {
    summary: 'Invalid ssh_host_key_fingerprint',
    detail: 'Give it as "ssh-keygen -l -f KEY.pub" shows it: "SHA256:" and 43 letters of base64.',
  });
}

async function checkBastionKey(config: CommunicatorConfig, complain: Complain): Promise<void> {
  if (!config.ssh_bastion_host) return;
  const ssh_bastion_private_key_file =
    config.ssh_bastion_private_key_file || config.ssh_private_key_file;
  await checkKeyFile(
    { ...config, ssh_bastion_private_key_file },
    ['ssh_bastion_private_key_file', 'ssh_bastion_certificate_file'],
    complain,
  );
}

async function checkKeyBytes(config: CommunicatorConfig, complain: Complain): Promise<void> {
  if (!config.ssh_private_key?.length) return;
  const { keyText, parsePrivateKey } = await import('./key-file.ts');
  const parse = async () => parsePrivateKey(keyText(config) ?? '', 'The value');
  await orComplain(parse(), 'ssh_private_key', complain);
}

/** A key file and the certificate that goes with it. */
async function checkKeyFile(
  config: CommunicatorConfig,
  [keyOption, certificateOption]: readonly [KeyOption, CertificateOption],
  complain: Complain,
): Promise<void> {
  const file = config[keyOption];
  const certificate = config[certificateOption];
  if (file === undefined || file === '') {
    if (!certificate) return;
    complain(certificateOption, {
      summary: `${certificateOption} without ${keyOption}`,
      detail: `A certificate says nothing without its key. Set "${keyOption}" too.`,
    });
    return;
  }
  // Reading keys takes ssh2, which templates without a key file need not wait for.
  const [{ readKeyFile }, { addCertificate }] = await Promise.all([
    import('./key-file.ts'),
    import('./certificate.ts'),
  ]);
  const key = await orComplain(readKeyFile(file), keyOption, complain);
  if (key === undefined || !certificate) return;
  await orComplain(addCertificate(key, certificate), certificateOption, complain);
}

async function orComplain<T>(
  work: Promise<T>,
  option: string,
  complain: Complain,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isFailure(error)) throw error;
    complain(option, {
      summary: error.message,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    });
    return undefined;
  }
}
