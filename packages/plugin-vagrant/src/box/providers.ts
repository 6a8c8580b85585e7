import type { Artifact } from '@bake/plugin-sdk';

/** Names of providers as Packer's plugin has them: in file names, `provider_override` and `override`. */
export const providerNames = [
  'aws',
  'azure',
  'digitalocean',
  'docker',
  'file',
  'google',
  'hyperv',
  'libvirt',
  'lxc',
  'parallels',
  'scaleway',
  'virtualbox',
  'vmware',
] as const;

/** One of them. */
export type ProviderName = (typeof providerNames)[number];

/** Which provider runs what a builder makes, by the builder's ID. */
const byBuilder: Readonly<Record<string, ProviderName>> = {
  'mitchellh.amazonebs': 'aws',
  'mitchellh.amazon.instance': 'aws',
  // The plugin has it not, though its AMIs are like all others.
  'mitchellh.amazon.ebssurrogate': 'aws',
  'mitchellh.virtualbox': 'virtualbox',
  'mitchellh.vmware': 'vmware',
  'mitchellh.vmware-esx': 'vmware',
  'pearkes.digitalocean': 'digitalocean',
  'packer.googlecompute': 'google',
  'hashicorp.scaleway': 'scaleway',
  'packer.parallels': 'parallels',
  'MSOpenTech.hyperv': 'hyperv',
  'transcend.qemu': 'libvirt',
  'ustream.lxc': 'lxc',
  'Azure.ResourceManagement.VMImage': 'azure',
  'packer.post-processor.docker-import': 'docker',
  'packer.post-processor.docker-tag': 'docker',
  'packer.post-processor.docker-push': 'docker',
  'packer.file': 'file',
  'bake.sandbox': 'lxc',
};

/** Builders whose files may be of any kind. */
const anyFiles = new Set(['packer.post-processor.artifice', 'packer.post-processor.compress']);

/** Which provider takes files of a kind, by what their paths hold. The first that fits any file counts. */
const byFile: readonly (readonly [RegExp, ProviderName])[] = [
  [/\.(ovf|ova)$/i, 'virtualbox'],
  [/\.vmx$/i, 'vmware'],
  [/\.(vhdx?|avhdx)$/i, 'hyperv'],
  [/\.(pvm|macvm)\//i, 'parallels'],
  [/(^|\/)rootfs\.tar\.gz$/i, 'lxc'],
  [/\.(qcow2|img|raw)$/i, 'libvirt'],
];

/** The provider that can run an artifact; `undefined` if nobody knows. */
export function providerFor({ builderId, files }: Artifact): ProviderName | undefined {
  if (Object.hasOwn(byBuilder, builderId)) return byBuilder[builderId];
  if (!anyFiles.has(builderId)) return undefined;
  return byFile.find(([kind]) => files.some((file) => kind.test(file)))?.[1];
}

/** Whether a box of this provider only names an image that is elsewhere. */
export function isReference(provider: ProviderName): boolean {
  return ['aws', 'azure', 'digitalocean', 'google', 'scaleway', 'docker'].includes(provider);
}
