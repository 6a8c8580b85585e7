import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Communicator,
  type CommunicatorConfig,
  type ConnectTarget,
  type RunContext,
  timerDelay,
} from '@bake/plugin-sdk';
import { SshCommunicator } from './communicator.ts';
import { dial, dialAndTryOut } from './dial.ts';
import { dialSettings } from './dial-settings.ts';
import { Link } from './link.ts';
import { patienceOf } from './patience.ts';
import { LocalTunnels, tunnelsOf } from './tunnel.ts';
import { waitForSsh } from './wait-for-ssh.ts';

/** Waits for the machine to let us in. What it gives must be closed. */
export async function connect(
  config: CommunicatorConfig,
  target: ConnectTarget,
  { ui, signal, ask }: RunContext,
): Promise<Communicator> {
  const settings = await dialSettings(config, target, ask);
  const firstDial = (signal: AbortSignal) => dialAndTryOut(settings, signal);
  const localTunnels = tunnelsOf('ssh_local_tunnels', config.ssh_local_tunnels);
  const say = (text: string): void => ui.say(text);
  const patience = patienceOf(config);
  ui.say(`Using SSH communicator to connect: ${settings.host}`);
  ui.say('Waiting for SSH to become available...');
  let connection = await waitForSsh(firstDial, patience, signal, say);
  const pause = config.pause_before_connecting ?? 0;
  if (pause > 0) {
    await connection.end();
    ui.say(`Pausing ${pause / 1000} seconds before connecting again...`);
    await sleep(timerDelay(pause), undefined, { signal }).catch(() => signal.throwIfAborted());
    connection = await waitForSsh(firstDial, patience, signal, say);
  }
  ui.say('Connected to SSH!');
  const link = new Link(connection, (signal) => dial(settings, signal));
  const tunnels = new LocalTunnels();
  try {
    await tunnels.open(localTunnels, link);
  } catch (error) {
    tunnels.close();
    await link.close();
    throw error;
  }
  return new SshCommunicator(link, ui, config.ssh_file_transfer_method, tunnels);
}
