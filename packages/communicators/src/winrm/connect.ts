import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Communicator,
  type CommunicatorConfig,
  type ConnectTarget,
  type RunContext,
  timerDelay,
} from '@bake/plugin-sdk';
import { WinrmCommunicator } from './communicator.ts';
import { Sessions } from './sessions.ts';
import { winrmSettings } from './settings.ts';
import { waitForWinrm } from './wait-for-winrm.ts';

/** Waits for the machine to run PowerShell for us. What it gives must be closed. */
export async function connect(
  config: CommunicatorConfig,
  target: ConnectTarget,
  context: RunContext,
): Promise<Communicator> {
  const { ui, signal } = context;
  const settings = winrmSettings(config, target, process.env);
  if (settings.proxy?.password) context.protect(settings.proxy.password);
  const sessions = new Sessions(settings);
  const wait = (): Promise<void> =>
    waitForWinrm(sessions, config.winrm_timeout, signal, (text) => ui.say(text));
  ui.say(`Using WinRM communicator to connect: ${settings.host}`);
  ui.say('Waiting for WinRM to become available...');
  try {
    await wait();
    const pause = config.pause_before_connecting ?? 0;
    if (pause > 0) {
      ui.say(`Pausing ${pause / 1000} seconds before connecting again...`);
      await sleep(timerDelay(pause), undefined, { signal }).catch(() => signal.throwIfAborted());
      await wait();
    }
  } catch (error) {
    sessions.close();
    throw error;
  }
  ui.say('Connected to WinRM!');
  return new WinrmCommunicator(sessions, ui);
}
