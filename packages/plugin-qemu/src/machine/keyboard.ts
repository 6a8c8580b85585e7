import { type Keyboard, qcodeKeyboard, vncKeyboard } from '@bake/plugin-sdk/vm';
import type { QemuConfig } from '../builder/component.ts';
import type { Qmp } from './qmp.ts';
import type { StartedMachine } from './start-machine.ts';

/** How a machine is typed at, for messages. */
export function meansOf({ disable_vnc }: QemuConfig): string {
  return disable_vnc ? 'QMP' : 'VNC';
}

/** Connects to the keyboard of a machine: over VNC, as Packer, or over QMP when there is no VNC server. */
export async function keyboardOf(
  started: StartedMachine,
  config: QemuConfig,
  signal: AbortSignal,
): Promise<Keyboard> {
  const { machine } = started;
  const keyboard =
    machine.parts.vncPort === undefined ? qmpKeyboard(machine.qmp) : vnc(started, config, signal);
  const { send, close } = await keyboard;
  return {
    send: async (key, isDown) => {
      await send(key, isDown).catch(async (error: unknown) => {
        // The last key of all may be the one that turns the machine off, and then cannot be let go any more.
        if (!(await machine.isOff())) throw error;
      });
    },
    close,
  };
}

function qmpKeyboard(qmp: Qmp): Keyboard {
  return qcodeKeyboard(async (qcode, down) => {
    const key = { type: 'qcode', data: qcode };
    await qmp.execute('input-send-event', { events: [{ type: 'key', data: { down, key } }] });
  });
}

function vnc(
  { machine, vncPassword: password }: StartedMachine,
  { vnc_bind_address: bound }: QemuConfig,
  signal: AbortSignal,
): Promise<Keyboard> {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const host = everywhere[bound] ?? bound;
  const login = password === undefined ? {} : { password };
  return vncKeyboard({ host, port: machine.parts.vncPort as number, signal, ...login });
}
