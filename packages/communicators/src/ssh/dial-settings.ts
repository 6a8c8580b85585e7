import {
  type CommunicatorConfig,
  type ConnectTarget,
  Failure,
  type RunContext,
} from '@bake/plugin-sdk';
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import type { Address } from '../network/open-socket.ts';
import { algorithmsOf } from './algorithms.ts';
import { agentSocket, loginMethods } from './authentication.ts';
import type { DialSettings } from './dial.ts';
import { checkFingerprint, KnownHost } from './host-key.ts';
import { Interview } from './interview.ts';
import { keyText } from './key-file.ts';
import type { LoginSettings } from './log-in.ts';
import { tunnelsOf } from './tunnel.ts';

type Login = Awaited<ReturnType<typeof mainLogin>>;

/** What the template and the builder say, put together. Throws a `Failure` when they don't say enough. */
export async function dialSettings(
  config: CommunicatorConfig,
  target: ConnectTarget,
  ask: RunContext['ask'],
): Promise<DialSettings> {
  const host = required('ssh_host', target.host ?? config.ssh_host);
  const address = { host, port: target.port ?? (config.ssh_port || 22) };
  const login = await mainLogin(config, target, address);
  return {
    ...address,
    ...login,
    pty: config.ssh_pty,
    bastion: await bastionOf(config, login, ask),
    proxy: proxyOf(config),
    remoteTunnels: tunnelsOf('ssh_remote_tunnels', config.ssh_remote_tunnels),
  };
}

async function mainLogin(config: CommunicatorConfig, target: ConnectTarget, address: Address) {
  const username = required('ssh_username', target.username ?? config.ssh_username);
  const methods = await loginMethods({
    username,
    usesAgent: config.ssh_agent_auth,
    keyFile: config.ssh_private_key_file,
    certificateFile: config.ssh_certificate_file,
    privateKey: target.privateKey ?? keyText(config),
    password: target.password ?? config.ssh_password,
  });
  return {
    username,
    methods,
    keepAlive: keepAliveOf(config),
    readTimeout: config.ssh_read_write_timeout ?? 0,
    forwardedAgent: config.ssh_disable_agent_forwarding ? undefined : agentSocket(),
    ...(await hostKeyOf(config, address)),
  } satisfies LoginSettings;
}

/** Host keys are looked at only if the template says how. */
async function hostKeyOf(
  {
    ssh_host_key_fingerprint: fingerprint,
    ssh_known_hosts_file: file,
    ...config
  }: CommunicatorConfig,
  address: Address,
): Promise<Pick<LoginSettings, 'algorithms' | 'checkHostKey'>> {
  const algorithms = algorithmsOf(config as CommunicatorConfig);
  const known = file ? await KnownHost.read(file, address) : undefined;
  if (!fingerprint && known === undefined) return { algorithms };
  return {
    algorithms: { ...algorithms, ...askedFor(known?.types ?? []) },
    checkHostKey: (key) => {
      if (fingerprint) checkFingerprint(key, fingerprint);
      known?.check(key);
    },
  };
}

/** A server with keys of several kinds is asked for one that is known. */
function askedFor(types: readonly string[]): Algorithms {
  const serverHostKey = types.flatMap((type) =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
  ) as ServerHostKeyAlgorithm[];
  return serverHostKey.length === 0 ? {} : { serverHostKey };
}

async function bastionOf(
  config: CommunicatorConfig,
  login: Login,
  ask: RunContext['ask'],
): Promise<(Address & LoginSettings) | undefined> {
  if (!config.ssh_bastion_host) return undefined;
  const username = config.ssh_bastion_username || login.username;
  const keyFile = config.ssh_bastion_private_key_file || config.ssh_private_key_file;
  const host = config.ssh_bastion_host;
  const interview = config.ssh_bastion_interactive
    ? new Interview(ask, `${username}@${host}`)
    : undefined;
  const methods = await loginMethods({
    username,
    usesAgent: config.ssh_bastion_agent_auth ?? false,
    keyFile,
    certificateFile: config.ssh_bastion_certificate_file || config.ssh_certificate_file,
    password: config.ssh_bastion_password,
    interview,
  });
  return {
    host,
    interview,
    port: config.ssh_bastion_port || 22,
    username,
    methods,
    algorithms: algorithmsOf(config),
    keepAlive: login.keepAlive,
    readTimeout: login.readTimeout,
    forwardedAgent: undefined,
  };
}

function proxyOf(config: CommunicatorConfig): DialSettings['proxy'] {
  if (!config.ssh_proxy_host) return undefined;
  return {
    host: config.ssh_proxy_host,
    port: config.ssh_proxy_port || 1080,
    username: config.ssh_proxy_username ?? '',
    password: config.ssh_proxy_password ?? '',
  };
}

function required(option: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new Failure({
    summary: `Missing ${option}`,
    detail: `Set "${option}": neither the template nor the builder says it.`,
  });
}

/** As Packer has it, 0 means that nothing was said. */
function keepAliveOf({ ssh_keep_alive_interval: interval }: CommunicatorConfig): number {
  if (interval < 0) return 0;
  return interval === 0 ? 5000 : interval;
}
