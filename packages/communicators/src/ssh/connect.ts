import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Communicator,
  type CommunicatorConfig,
  type ConnectTarget,
  Failure,
  type RunContext,
} from '@bake/plugin-sdk';
import { algorithmsOf } from './algorithms.ts';
import { agentSocket, loginMethods } from './authentication.ts';
import { SshCommunicator } from './communicator.ts';
import { type DialSettings, dial } from './dial.ts';
import { Link } from './link.ts';
import { patienceOf } from './patience.ts';
import { waitForSsh } from './wait-for-ssh.ts';

/** Waits for the machine to let us in. What it gives must be closed. */
export async function connect(
  config: CommunicatorConfig,
  target: ConnectTarget,
  { ui, signal }: RunContext,
): Promise<Communicator> {
  const settings = await dialSettings(config, target);
  const redial = (signal: AbortSignal) => dial(settings, signal);
  const patience = patienceOf(config);
  ui.say(`Using SSH communicator to connect: ${settings.host}`);
  ui.say('Waiting for SSH to become available...');
  let connection = await waitForSsh(redial, patience, signal);
  const pause = config.pause_before_connecting ?? 0;
  if (pause > 0) {
    await connection.end();
    ui.say(`Pausing ${pause / 1000} seconds before connecting again...`);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    connection = await waitForSsh(redial, patience, signal);
  }
  ui.say('Connected to SSH!');
  return new SshCommunicator(new Link(connection, redial), ui, config.ssh_file_transfer_method);
}

async function dialSettings(
  config: CommunicatorConfig,
  target: ConnectTarget,
): Promise<DialSettings> {
  const username = required('ssh_username', target.username ?? config.ssh_username);
  const agent = config.ssh_disable_agent_forwarding ? undefined : agentSocket();
  return {
    host: required('ssh_host', target.host ?? config.ssh_host),
    port: target.port ?? (config.ssh_port || 22),
    username,
    methods: await loginMethods(config, target, username),
    algorithms: algorithmsOf(config),
    keepAlive: keepAliveOf(config),
    forwardedAgent: agent,
    pty: config.ssh_pty,
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
