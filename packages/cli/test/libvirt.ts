import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Why no machine can be run by Vagrant and libvirt here, if none can. */
export function whyNoLibvirt(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it wants root on Linux';
  for (const program of ['vagrant', 'libvirtd', 'virtlogd', 'virsh', 'dnsmasq', 'ip', 'unshare']) {
    const found = spawnSync('sh', ['-c', `PATH=$PATH:/sbin:/usr/sbin command -v ${program}`]);
    if (found.status !== 0) return `there is no ${program}`;
  }
  if (existsSync('/run/libvirt/libvirt-sock') && isAnswered())
    return 'a libvirtd runs here already';
  const plugins = execFileSync('vagrant', ['plugin', 'list'], { encoding: 'utf8' });
  if (!plugins.includes('vagrant-libvirt')) return 'there is no vagrant-libvirt';
  return spawnSync('ip', ['netns', 'add', name]).status === 0
    ? removed()
    : 'root may make no network namespaces here';
}

/** libvirt with daemons of its own, in a network of its own. */
export interface Libvirt {
  /** Runs a command in the network where its machines are. */
  readonly inside: readonly string[];
  /** Variables for Vagrant: a home that holds nothing yet, and stand-ins for what packs machines if need be. */
  readonly environment: Readonly<Record<string, string>>;
  /** Programs of guestfs-tools that something else stands in for. */
  readonly standIns: readonly string[];
  /** Names of the machines that there are, running or not. */
  machines(): readonly string[];
  stop(): Promise<void>;
}

const name = `bake-${process.pid}`;
const uri = 'qemu:///system';

function removed(): undefined {
  execFileSync('ip', ['netns', 'delete', name]);
  return undefined;
}

function isAnswered(): boolean {
  return spawnSync('virsh', ['-q', '-c', uri, 'version'], { timeout: 60_000 }).status === 0;
}

/**
 * Starts libvirtd and virtlogd by hand, without systemd, in a network namespace: their bridge, dnsmasq and machines touch
 * nothing else. A /dev/kvm that is of no use makes libvirtd probe QEMU for most of a minute at each start of a machine, so
 * it does not get to see it.
 */
export async function startLibvirt(): Promise<Libvirt> {
  const folder = mkdtempSync(join(tmpdir(), 'bake-libvirt-'));
  const inside = ['ip', 'netns', 'exec', name];
  execFileSync('ip', ['netns', 'add', name]);
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  for (const path of ['/run/libvirt', '/var/log/libvirt/qemu'])
    mkdirSync(path, { recursive: true });
  // Without a /dev of its own for each machine, or what lies over /dev/kvm could not come along.
  const settings = '/etc/libvirt/qemu.conf';
  const before = readFileSync(settings, 'utf8');
  writeFileSync(settings, `${before}\nnamespaces = [ ]\n`);
  const nothing = join(folder, 'no-kvm');
  writeFileSync(nothing, '', { mode: 0 });
  const hide =
    'mount --make-rprivate /; [ ! -e /dev/kvm ] || mount --bind "$1" /dev/kvm; exec libvirtd';
  const environment = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
  const start = (...command: readonly string[]): ChildProcess =>
    spawn('ip', ['netns', 'exec', name, ...command], { env: environment, stdio: 'ignore' });
  const daemons = [start('virtlogd'), start('unshare', '--mount', 'sh', '-c', hide, 'sh', nothing)];
  const stop = async (): Promise<void> => {
    forgetImages();
    for (const daemon of daemons.toReversed()) await ended(daemon);
    // Ends what libvirtd leaves: the DHCP server of its network.
    const pids = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout;
    for (const pid of pids.split('\n').filter(Boolean)) process.kill(Number(pid));
    execFileSync('ip', ['netns', 'delete', name]);
    writeFileSync(settings, before);
    rmSync(folder, { recursive: true });
  };
  while (!isAnswered()) {
    if (daemons.some(({ exitCode }) => exitCode !== null)) {
      await stop();
      throw new Error('libvirtd or virtlogd has ended');
    }
    await wait(100);
  }
  const standIns = makeStandIns(join(folder, 'bin'));
  const home = join(folder, 'home');
  mkdirSync(home);
  return {
    inside,
    standIns,
    environment: {
      PATH: [join(folder, 'bin'), process.env['PATH']].join(':'),
      VAGRANT_HOME: home,
    },
    machines: () =>
      execFileSync('virsh', ['-q', '-c', uri, 'list', '--all', '--name'], { encoding: 'utf8' })
        .split('\n')
        .filter(Boolean),
    stop,
  };
}

/** vagrant-libvirt keeps the disks of boxes, and its network, when the boxes are gone. */
function forgetImages(): void {
  const virsh = (...args: readonly string[]): string =>
    spawnSync('virsh', ['-q', '-c', uri, ...args], { encoding: 'utf8' }).stdout;
  for (const line of virsh('vol-list', 'default').split('\n')) {
    const [volume = ''] = line.trim().split(/\s+/);
    if (volume.includes('_vagrant_box_image_')) virsh('vol-delete', '--pool', 'default', volume);
  }
  virsh('net-destroy', 'vagrant-libvirt');
  virsh('net-undefine', 'vagrant-libvirt');
}

/** What vagrant-libvirt packs machines with is large and starts a machine itself; a test does without. */
function makeStandIns(bin: string): readonly string[] {
  mkdirSync(bin);
  const missing = ['virt-sysprep', 'virt-sparsify'].filter(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  );
  for (const program of missing) writeFileSync(join(bin, program), '#!/bin/sh\n', { mode: 0o755 });
  return missing;
}

async function ended(daemon: ChildProcess): Promise<void> {
  daemon.kill();
  while (daemon.exitCode === null && daemon.signalCode === null) await wait(50);
}
