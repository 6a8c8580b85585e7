import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildContext, defineStep, identityOf, isFailure } from '@bake/plugin-sdk';
import type { QemuConfig } from '../builder/component.ts';
import { isPortTaken, startFailure } from '../messages.ts';
import type { Settings } from '../settings.ts';
import { machineArguments, type Parts } from './arguments.ts';
import { BackgroundProgram } from './background-program.ts';
import { type ClaimedPort, claimPort } from './free-port.ts';
import { Qmp } from './qmp.ts';
import { VirtualMachine } from './virtual-machine.ts';

/** The machine to start, but for its ports and the places of bake's own. */
export interface StartWish {
  readonly config: QemuConfig;
  readonly settings: Settings;
  readonly parts: Omit<Parts, 'hostPort' | 'vncPort' | 'control' | 'console'>;
  /** A private folder for sockets and the console. */
  readonly privateFolder: string;
  /** The machine does not run yet, since it is to go on from a memory that is still to come. */
  readonly isAwaited: boolean;
}

/** A machine that runs, and the password of its VNC server, if it has one. */
export interface StartedMachine {
  readonly machine: VirtualMachine;
  readonly vncPassword: string | undefined;
}

/** How often to choose other ports, when somebody was faster. */
const attempts = 5;

/** Starts QEMU, and goes on when it answers. */
export const startMachine = defineStep<StartWish, StartedMachine>({
  name: 'start-machine',
  async run(wish, context) {
    const { config } = wish;
    context.ui.say(
      config.disk_image ? 'Starting VM, booting disk image' : 'Starting VM, booting from CD-ROM',
    );
    const machine = await startOnFreePorts(wish, context);
    await noteSocket(wish.settings, context);
    const vncPassword = await setPassword(config, machine, context);
    describeScreen(config, machine.parts, vncPassword, context);
    return { machine, vncPassword };
  },
});

/** The template may have QEMU's socket outside of the folders that go away; a QEMU that is killed leaves it. */
async function noteSocket(
  { qmpSocket }: Settings,
  { journal, onCleanup }: BuildContext,
): Promise<void> {
  if (qmpSocket === undefined) return;
  const path = resolve(qmpSocket);
  const identity = await identityOf(path);
  if (identity === undefined) return;
  const label = `socket ${path}`;
  const entry = journal({ kind: 'path', label, traces: { path, identity } });
  const remove = async (): Promise<void> => {
    if ((await identityOf(path)) === identity) await rm(path, { force: true });
  };
  onCleanup(`remove the ${label}`, remove, { entry });
}

async function startOnFreePorts(wish: StartWish, context: BuildContext): Promise<VirtualMachine> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(wish, context);
    const started = await start(wish, ports, context);
    if (started instanceof VirtualMachine) return started;
    if (attempt < attempts && isPortTaken(started)) continue;
    throw startFailure(wish.settings.program, started);
  }
}

type Ports = Pick<Parts, 'hostPort' | 'vncPort'>;

async function choosePorts({ config, settings }: StartWish, context: BuildContext): Promise<Ports> {
  const vnc = config.disable_vnc
    ? undefined
    : await claim(
        'VNC',
        config.vnc_bind_address,
        config.vnc_port_min,
        config.vnc_port_max,
        context,
      );
  return { vncPort: vnc, hostPort: await chooseHostPort(config, settings, context) };
}

async function chooseHostPort(
  config: QemuConfig,
  { guestPort }: Settings,
  context: BuildContext,
): Promise<number | undefined> {
  if (guestPort === undefined || config.net_bridge) return undefined;
  if (config.skip_nat_mapping) return guestPort;
  const min = config.ssh_host_port_min || config.host_port_min;
  const max = config.ssh_host_port_max || config.host_port_max;
  return claim('the communicator', '127.0.0.1', min, max, context);
}

async function claim(
  what: string,
  host: string,
  min: number,
  max: number,
  { onCleanup }: BuildContext,
): Promise<number> {
  const claimed: ClaimedPort = await claimPort({ what, host, min, max });
  onCleanup(`release port ${claimed.port}`, () => claimed.release(), { always: true });
  return claimed.port;
}

/** Gives the machine, or how QEMU ended in its place. */
async function start(wish: StartWish, ports: Ports, context: BuildContext) {
  const { journal, onCleanup, signal } = context;
  const { settings, privateFolder } = wish;
  const parts: Parts = {
    ...wish.parts,
    ...ports,
    control: join(privateFolder, 'control'),
    console: join(privateFolder, 'console'),
  };
  const waiting = wish.isAwaited ? ['-S', '-incoming', 'defer'] : [];
  const args = [...machineArguments({ ...wish, parts }, context), ...waiting];
  const mark = `BAKE_QEMU=${randomUUID()}`;
  const label = `virtual machine ${settings.name}`;
  const entry = journal({ kind: 'processes', label, traces: { mark } });
  const log = join(privateFolder, 'qemu.log');
  const qemu = new BackgroundProgram({ program: settings.program, args, mark, log });
  const cleanup = onCleanup(`stop the ${label}`, () => qemu.stop(), { entry });
  const over = new AbortController();
  const connection = Qmp.open(parts.control, AbortSignal.any([signal, over.signal]));
  try {
    const first = await Promise.race([connection, qemu.ended]);
    if (first instanceof Qmp) return new VirtualMachine(qemu, first, parts);
    await cleanup.now();
    return first;
  } catch (error) {
    // It had opened its socket, and went away over something else.
    const end = isFailure(error) ? await qemu.ended : undefined;
    if (end === undefined) throw error;
    await cleanup.now();
    return end;
  } finally {
    over.abort();
    connection.catch(() => undefined);
  }
}

/** VNC knows no more than eight letters. */
async function setPassword(
  { vnc_use_password, vnc_password }: QemuConfig,
  { qmp }: VirtualMachine,
  { protect }: BuildContext,
): Promise<string | undefined> {
  if (!vnc_use_password) return undefined;
  const password = vnc_password || randomBytes(6).toString('base64url');
  protect(password);
  await qmp.execute('set_password', { protocol: 'vnc', password });
  return password;
}

function describeScreen(
  { headless, vnc_bind_address: host, vnc_password }: QemuConfig,
  { vncPort }: Parts,
  password: string | undefined,
  { ui }: BuildContext,
): void {
  if (!headless || vncPort === undefined) return;
  const how =
    password === undefined
      ? 'without a password'
      : vnc_password
        ? 'with the password of "vnc_password"'
        : 'with a password that was made up';
  ui.say(
    `The VM will be run headless, without a GUI. If you want to\nview the screen of the VM, connect via VNC ${how} to\nvnc://${host}:${vncPort}`,
  );
}
