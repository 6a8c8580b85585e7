import type { LegacyTemplate } from '../legacy-template.ts';
import { quoted } from './hcl-text.ts';

/** Plugins that Packer knows where to get; what they bring begins with their names. */
const knownPlugins = [
  'amazon',
  'ansible',
  'azure',
  'docker',
  'googlecompute',
  'qemu',
  'vagrant',
  'virtualbox',
  'vmware',
  'vsphere',
];

/** The plugin of HashiCorp's that has the component, if one does. */
export function knownPlugin(component: string): string | undefined {
  return knownPlugins.find((plugin) => component.startsWith(plugin));
}

/** What the template needs; empty when it says nothing of it. */
export function packerBlock(legacy: LegacyTemplate): string {
  const { minVersion, builders, provisioners, sequences } = legacy;
  const components = [...builders, ...provisioners, ...sequences.flat()];
  const plugins = new Set(components.flatMap(({ type }) => knownPlugin(type.value) ?? []));
  if (minVersion === undefined && plugins.size === 0) return '';
  const version =
    minVersion === undefined ? '' : `required_version = ${quoted(`>= ${minVersion.value}`)}\n`;
  const requirements = [...plugins]
    .toSorted()
    .map((name) => `${name} = {\nsource = "github.com/hashicorp/${name}"\nversion = "~> 1"\n}\n`);
  const required =
    requirements.length === 0 ? '' : `required_plugins {\n${requirements.join('')}}\n`;
  return `packer {\n${version}${required}}\n`;
}
