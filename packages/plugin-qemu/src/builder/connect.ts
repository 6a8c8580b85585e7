import {
  type BuildContext,
  type CommunicatorConfig,
  type ConnectTarget,
  defineStep,
  type Machine,
  timerDelay,
} from '@bake/plugin-sdk';
import { awaitBanner } from '../machine/await-banner.ts';
import { guestAddress } from '../machine/guest-address.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { type Evidence, withEvidence } from '../machine/with-evidence.ts';
import { machineGone, timeUp } from '../messages.ts';
import type { QemuConfig } from './component.ts';
import type { LoginKey } from './login-key.ts';

/** Whom to reach, and by which key. */
export interface Reach {
  readonly config: QemuConfig;
  readonly machine: VirtualMachine;
  readonly key: LoginKey | undefined;
  readonly evidence: Evidence;
  /** It goes on from where it was reached before, and need not boot. */
  readonly isUp: boolean;
}

/** Milliseconds that Packer waits for SSH by default. */
const sshPatience = 300_000;

/** Waits until the machine is up, and connects to it. */
export async function reach(wish: Reach, context: BuildContext): Promise<Machine> {
  const { config, machine } = wish;
  if (config.communicator === 'none') return context.connect(config);
  const gone = new AbortController();
  void machine.ended.then((end) => gone.abort(machineGone(config.qemu_binary, end)));
  return withEvidence(machine, context, wish.evidence, async () => {
    const { target, timeout } = await context.step(awaitMachine, wish);
    const options = timeout === undefined ? config : { ...config, ...timeout };
    return context.connect(options, { ...target, gone: gone.signal });
  });
}

/** Where the machine is, and how much time is left to connect to it, if some has been used up. */
interface Awaited {
  readonly target: ConnectTarget;
  readonly timeout?: Timeout | undefined;
}

type Timeout = Pick<CommunicatorConfig, 'ssh_timeout' | 'ssh_wait_timeout'>;

/** Waits for what must be there before there is any use in connecting. */
const awaitMachine = defineStep<Reach, Awaited>({
  name: 'await-machine',
  async run(wish, context) {
    const { config, machine, key } = wish;
    const login = loginOf(key);
    const host = config.communicator === 'winrm' ? config.winrm_host : config.ssh_host;
    if (config.net_bridge) {
      const { net_bridge: bridge } = config;
      const address = host || (await guestAddress(machine, bridge, patienceOf(config), context));
      return { target: { host: address, ...login } };
    }
    const port = machine.parts.hostPort ?? 0;
    const target = { host: host || '127.0.0.1', port, ...login };
    const isDirect = config.communicator === 'ssh' && !host && !routesOf(config).some(Boolean);
    return isDirect && !wish.isUp
      ? { target, timeout: await awaitSsh(wish, port, context) }
      : { target };
  },
});

function routesOf(config: QemuConfig): readonly unknown[] {
  return [config.ssh_bastion_host, config.ssh_proxy_host];
}

/** As the communicator has it; 0 is for ever. */
function patienceOf(config: QemuConfig): number {
  if (config.communicator === 'winrm') return config.winrm_timeout;
  const said = config.ssh_wait_timeout ?? config.ssh_timeout;
  return said ?? (config.ssh_handshake_attempts === undefined ? sshPatience : 0);
}

async function awaitSsh(
  { config, machine }: Reach,
  port: number,
  { signal, ui }: BuildContext,
): Promise<Timeout | undefined> {
  const patience = patienceOf(config);
  const start = Date.now();
  ui.say('Waiting for the machine to boot...');
  const expiry = patience > 0 ? [AbortSignal.timeout(Math.ceil(timerDelay(patience)))] : [];
  const gone = new AbortController();
  void machine.ended.then((end) => gone.abort(machineGone(config.qemu_binary, end)));
  const either = AbortSignal.any([signal, gone.signal, ...expiry]);
  await awaitBanner(machine.qmp, port, either).catch((error: unknown) => {
    if (!expiry[0]?.aborted || signal.aborted || gone.signal.aborted) throw error;
    throw timeUp(
      'The machine did not answer SSH',
      patience,
      `bake looked for it on 127.0.0.1:${port}, which leads to port ${config.ssh_port} of the machine. Check that the machine boots, and that it starts an SSH server. "ssh_timeout" gives it more time.`,
    );
  });
  if (patience === 0) return undefined;
  const left = Math.max(1000, patience - (Date.now() - start));
  return { ssh_timeout: left, ssh_wait_timeout: undefined };
}

function loginOf(key: LoginKey | undefined): ConnectTarget {
  if (key === undefined) return {};
  const { publicKey, temporary } = key;
  return { publicKey, ...(temporary && { privateKey: temporary.privateKey }) };
}
