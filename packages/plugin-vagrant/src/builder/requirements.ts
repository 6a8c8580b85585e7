import { hasProgram, isFailure } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import { missingPlugin, missingProgram, noVagrant, oldVagrant } from '../messages.ts';
import type { VagrantConfig } from './component.ts';
import type { Vagrant } from './vagrant.ts';

/** Plugins of Vagrant that bring a provider, by its name. */
const plugins: Readonly<Record<string, string>> = {
  libvirt: 'vagrant-libvirt',
  lxc: 'vagrant-lxc',
  parallels: 'vagrant-parallels',
  vmware_desktop: 'vagrant-vmware-desktop',
  vmware_fusion: 'vagrant-vmware-desktop',
  vmware_workstation: 'vagrant-vmware-desktop',
  aws: 'vagrant-aws',
  azure: 'vagrant-azure',
  digital_ocean: 'vagrant-digitalocean',
  google: 'vagrant-google',
  qemu: 'vagrant-qemu',
  utm: 'vagrant_utm',
};

/** Programs without which a provider that Vagrant itself has cannot work. */
const programs: Readonly<Record<string, string>> = {
  virtualbox: 'VBoxManage',
  docker: 'docker',
};

/** Programs by which a provider packs a machine. Without them Vagrant fails when all else is done. */
const packers: Readonly<Record<string, readonly string[]>> = {
  libvirt: ['virt-sysprep', 'virt-sparsify', 'qemu-img'],
};

/** The oldest Vagrant that Packer's plugin takes. */
const oldest = [2, 0, 2] as const;

/** Throws a `Failure` when Vagrant, the provider, or what it packs boxes with is not here: better before the work. */
export async function requireVagrant(
  { provider, skip_package: skipsPackage }: VagrantConfig,
  vagrant: Vagrant,
  signal: AbortSignal,
): Promise<void> {
  await requireVersion(signal);
  if (!provider) return;
  const program = Object.hasOwn(programs, provider) ? programs[provider] : undefined;
  if (program !== undefined && !(await hasProgram(program)))
    throw missingProgram(provider, program);
  if (!skipsPackage) await requirePackers(provider);
  const plugin = Object.hasOwn(plugins, provider) ? plugins[provider] : undefined;
  if (plugin !== undefined) await requirePlugin(provider, plugin, vagrant, signal);
}

/** Throws a `Failure` when a machine of the provider could not be packed. */
export async function requirePackers(provider: string): Promise<void> {
  for (const program of Object.hasOwn(packers, provider) ? (packers[provider] ?? []) : []) {
    if (!(await hasProgram(program))) throw missingProgram(provider, program);
  }
}

async function requireVersion(signal: AbortSignal): Promise<void> {
  let text = '';
  try {
    await runProcess({
      program: 'vagrant',
      args: ['--version'],
      signal,
      onStdout: (chunk) => {
        text += Buffer.from(chunk).toString();
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw isFailure(error) ? noVagrant(error) : error;
  }
  const numbers = /(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  const isOld = oldest.some(
    (number, index) =>
      (numbers?.[index] ?? 0) < number &&
      oldest.slice(0, index).every((before, place) => numbers?.[place] === before),
  );
  if (numbers !== undefined && isOld) throw oldVagrant(numbers.join('.'));
}

async function requirePlugin(
  provider: string,
  plugin: string,
  vagrant: Vagrant,
  signal: AbortSignal,
): Promise<void> {
  const { lines } = await vagrant.run(['plugin', 'list'], { signal });
  const isThere = lines.some(({ type, data }) => type === 'plugin-name' && data[0] === plugin);
  if (!isThere) throw missingPlugin(provider, plugin);
}
