import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type RunContext } from '@bake/plugin-sdk';
import { timeUp } from '../messages.ts';
import type { Qmp } from './qmp.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Milliseconds between two looks. */
const pause = 500;

/** The address of this computer on a bridge, which machines there reach it by. Throws a `Failure` if it has none. */
export function hostOnBridge(bridge: string): string {
  const found = networkInterfaces()[bridge]?.find(({ family }) => family === 'IPv4');
  if (found !== undefined) return found.address;
  throw new Failure({
    summary: `The bridge "${bridge}" has no IPv4 address, or there is no such bridge`,
    detail: `"net_bridge" names a bridge of this computer that exists and has an address. \`ip address show ${bridge}\` tells.`,
  });
}

/**
 * Waits until the computer knows the address of a machine on a bridge: it has it as soon as the two have exchanged anything,
 * such as a lease. Throws a `Failure` when time is up (milliseconds; 0 is for ever).
 */
export async function guestAddress(
  { qmp }: VirtualMachine,
  bridge: string,
  timeout: number,
  { signal, ui }: Pick<RunContext, 'signal' | 'ui'>,
): Promise<string> {
  ui.say(`Waiting for the guest address to become available in the ${bridge} network bridge...`);
  const hardware = hardwareAddress(String(await humanCommand(qmp, 'info network')));
  const start = Date.now();
  for (;;) {
    const table = await readFile('/proc/net/arp', 'utf8');
    const found = hardware && addressIn(table, bridge, hardware);
    if (found) return found;
    if (timeout > 0 && Date.now() - start > timeout) throw notSeen(bridge, timeout);
    await sleep(pause, undefined, { signal });
  }
}

function humanCommand(qmp: Qmp, command: string): Promise<unknown> {
  return qmp.execute('human-monitor-command', { 'command-line': command });
}

/** The hardware address of the device on the network `user.0`, in what `info network` prints. */
export function hardwareAddress(listing: string): string | undefined {
  const lines = listing.split(/\r?\n/);
  const peer = lines.findIndex((line) => /^\s*\\ user\.0:/.test(line));
  return /macaddr=([0-9a-f:]{17})/i.exec(lines[peer - 1] ?? '')?.[1]?.toLowerCase();
}

/** The IPv4 address of a device on a bridge, in the form of Linux' `/proc/net/arp`: address, type, flags, hardware, mask, device. */
export function addressIn(table: string, bridge: string, hardware: string): string | undefined {
  const isComplete = 0x2;
  for (const line of table.split('\n').slice(1)) {
    const [address, , flags, found, , device] = line.trim().split(/\s+/);
    if (device !== bridge || found?.toLowerCase() !== hardware) continue;
    if ((Number(flags) & isComplete) !== 0) return address;
  }
  return undefined;
}

function notSeen(bridge: string, timeout: number): Failure {
  return timeUp(
    `No address of the machine was seen on the bridge "${bridge}"`,
    timeout,
    'Check that a DHCP server answers there, and that the machine asks it. Or set "ssh_host" to the address that the machine will have.',
  );
}
