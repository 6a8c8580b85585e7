import * as builders from './builder-fixers.ts';
import * as components from './component-fixers.ts';
import { type Fixer, forTypes, inOrder, removing, renaming, superseding } from './fixer.ts';

const amazonSpot = ['amazon-ebs', 'amazon-ebssurrogate', 'amazon-ebsvolume', 'amazon-instance'];
const parallels = ['parallels-iso', 'parallels-pvm'];

/** Packer's fixers in the order in which it runs them; some build on what an earlier one did. */
export const fixers: readonly Fixer[] = [
  builders.isoMd5,
  builders.createtime,
  builders.guestAdditions,
  components.vagrantOverride,
  components.virtualboxRename,
  {
    name: 'vmware-rename',
    summary: 'Renames the builder "vmware" to "vmware-iso".',
    builder: forTypes(['vmware'], (builder) => ({ ...builder, type: 'vmware-iso' })),
  },
  {
    name: 'parallels-headless',
    summary: 'Removes "headless" of Parallels builders.',
    builder: forTypes(parallels, removing('headless')),
  },
  {
    name: 'parallels-deprecations',
    summary:
      'Removes "parallels_tools_host_path" of Parallels builders; "guest_os_distribution" becomes "guest_os_type".',
    builder: forTypes(
      parallels,
      inOrder(
        removing('parallels_tools_host_path'),
        renaming('guest_os_distribution', 'guest_os_type'),
      ),
    ),
  },
  {
    name: 'sshkeypath',
    summary: 'Renames "ssh_key_path" of builders to "ssh_private_key_file".',
    builder: renaming('ssh_key_path', 'ssh_private_key_file', { only: 'string', keepsNew: true }),
  },
  {
    name: 'sshdisableagent',
    summary: 'Renames "ssh_disable_agent" of builders to "ssh_disable_agent_forwarding".',
    builder: renaming('ssh_disable_agent', 'ssh_disable_agent_forwarding', {
      only: 'boolean',
      keepsNew: true,
    }),
  },
  {
    name: 'scaleway-access-key',
    summary: 'Renames "access_key" of Scaleway builders to "organization_id".',
    builder: forTypes(
      ['scaleway'],
      renaming('access_key', 'organization_id', { only: 'string', keepsNew: true }),
    ),
  },
  {
    name: 'manifest-filename',
    summary: 'Renames "filename" of the manifest post-processor to "output".',
    postProcessor: forTypes(['manifest'], renaming('filename', 'output', { only: 'string' })),
  },
  {
    name: 'amazon-shutdown_behavior',
    summary: 'Renames "shutdown_behaviour" of Amazon builders to "shutdown_behavior".',
    builder: forTypes(['amazon-*'], renaming('shutdown_behaviour', 'shutdown_behavior')),
  },
  {
    name: 'amazon-enhanced-networking',
    summary: 'Renames "enhanced_networking" of Amazon builders to "ena_support".',
    builder: forTypes(
      ['amazon-*'],
      renaming('enhanced_networking', 'ena_support', { only: 'boolean' }),
    ),
  },
  builders.amazonPrivateIp,
  builders.amazonCidrs,
  components.dockerEmail,
  components.dockerTags,
  components.powershellEscapes,
  builders.vmwareCompaction,
  {
    name: 'hyperv-deprecations',
    summary: 'Removes "vhd_temp_path" of hyperv-iso builders.',
    builder: forTypes(['hyperv-iso'], removing('vhd_temp_path')),
  },
  {
    name: 'hyperv-vmxc-typo',
    summary: 'Corrects "clone_from_vmxc_path" of hyperv-vmcx builders to "clone_from_vmcx_path".',
    builder: forTypes(['hyperv-vmcx'], renaming('clone_from_vmxc_path', 'clone_from_vmcx_path')),
  },
  {
    name: 'hyperv-cpu-and-ram',
    summary: 'Renames "cpu" and "ram_size" of Hyper-V builders to "cpus" and "memory".',
    builder: forTypes(
      ['hyperv-vmcx', 'hyperv-iso'],
      inOrder(renaming('cpu', 'cpus'), renaming('ram_size', 'memory')),
    ),
  },
  builders.cleanImageName,
  {
    name: 'spot-price-auto-product',
    summary: 'Removes "spot_price_auto_product" of Amazon builders.',
    builder: forTypes(amazonSpot, removing('spot_price_auto_product')),
  },
  builders.qemuDiskSize,
  {
    name: 'galaxy-command',
    summary: 'Renames "galaxycommand" of ansible-local provisioners to "galaxy_command".',
    provisioner: forTypes(
      ['ansible-local'],
      inOrder(
        superseding('galaxycommand', 'galaxy_command'),
        renaming('galaxycommand', 'galaxy_command', { only: 'string' }),
      ),
    ),
  },
  {
    name: 'comm-config',
    summary: 'Takes "ssh_" off the options for forwarded ports of VirtualBox builders.',
    builder: forTypes(
      ['virtualbox*'],
      inOrder(
        renaming('ssh_host_port_min', 'host_port_min', { keepsNew: true }),
        renaming('ssh_host_port_max', 'host_port_max', { keepsNew: true }),
        superseding('ssh_skip_nat_mapping', 'skip_nat_mapping'),
        renaming('ssh_skip_nat_mapping', 'skip_nat_mapping', { only: 'boolean' }),
      ),
    ),
  },
  {
    name: 'ssh-wait-timeout',
    summary: 'Renames "ssh_wait_timeout" of builders to "ssh_timeout".',
    builder: inOrder(
      superseding('ssh_wait_timeout', 'ssh_timeout'),
      renaming('ssh_wait_timeout', 'ssh_timeout', { only: 'string' }),
    ),
  },
  builders.vsphereNetworkDisk,
  builders.isoChecksum,
  {
    name: 'qemu-host-port',
    summary: 'Takes "ssh_" off the options for forwarded ports of QEMU builders.',
    builder: forTypes(
      ['qemu'],
      inOrder(
        renaming('ssh_host_port_min', 'host_port_min'),
        renaming('ssh_host_port_max', 'host_port_max'),
      ),
    ),
  },
  builders.azureExcludeFromLatest,
  {
    name: 'proxmox-type',
    summary: 'Renames the builder "proxmox" to "proxmox-iso".',
    builder: forTypes(['proxmox'], (builder) => ({ ...builder, type: 'proxmox-iso' })),
  },
];
