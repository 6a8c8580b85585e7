import type { Artifact } from '@bake/plugin-sdk';
import { noImage } from '../messages.ts';
import type { BoxParts } from './contents.ts';
import { providerBlock, rubyText } from './vagrantfile.ts';

/** AMIs by region: `eu-central-1:ami-1,us-east-1:ami-2`. */
export function aws(artifact: Artifact): BoxParts {
  const lines = artifact.id.split(',').map((pair) => {
    const [region, ami] = pairOf(pair, artifact, 'aws');
    return `provider.region_config ${rubyText(region)}, ami: ${rubyText(ami)}`;
  });
  return { metadata: { provider: 'aws' }, vagrantfile: providerBlock('aws', lines) };
}

/** An image in a region: `nyc3:123`. */
export function digitalocean(artifact: Artifact): BoxParts {
  return inRegion(artifact, 'digital_ocean');
}

/** An image in a region, as DigitalOcean's. */
export function scaleway(artifact: Artifact): BoxParts {
  return inRegion(artifact, 'scaleway');
}

function inRegion(artifact: Artifact, provider: string): BoxParts {
  const [region, image] = pairOf(artifact.id, artifact, provider);
  const lines = [`provider.image = ${rubyText(image)}`, `provider.region = ${rubyText(region)}`];
  return { metadata: { provider }, vagrantfile: providerBlock(provider, lines) };
}

/** An image in the engine, by its ID or name. */
export function docker({ id }: Artifact): BoxParts {
  const lines = [`provider.image = ${rubyText(id)}`];
  return { metadata: { provider: 'docker' }, vagrantfile: providerBlock('docker', lines) };
}

/** An image, by its name. */
export function google({ id }: Artifact): BoxParts {
  const lines = [`provider.image = ${rubyText(id)}`];
  return { metadata: { provider: 'google' }, vagrantfile: providerBlock('google', lines) };
}

/** A managed image or a disk, of which the builder's summary tells. */
export function azure({ description }: Artifact): BoxParts {
  const facts = new Map(
    description.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
      const [, name = '', value] = /^\s*(\w+):\s+(.*\S)\s*$/.exec(line) ?? [];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const fact = (name: string): string => rubyText(facts.get(name) ?? '');
  const image = facts.has('ManagedImageId')
    ? [
        `provider.location = ${fact('ManagedImageLocation')}`,
        `provider.vm_managed_image_id = ${fact('ManagedImageId')}`,
      ]
    : facts.has('OSDiskUri')
      ? [
          `provider.location = ${fact('StorageAccountLocation')}`,
          `provider.vm_vhd_uri = ${fact('OSDiskUri')}`,
          `provider.vm_operating_system = ${fact('OSType')}`,
        ]
      : undefined;
  if (image === undefined) throw noImage('azure', description);
  const winrm = ['override.winrm.transport = :ssl', 'override.winrm.port = 5986'];
  return {
    metadata: { provider: 'azure' },
    vagrantfile: providerBlock('azure', [...image, ...winrm], 'provider, override'),
  };
}

function pairOf(text: string, { id }: Artifact, provider: string): readonly [string, string] {
  const [, region, image] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
  if (region === undefined || image === undefined) throw noImage(provider, id);
  return [region, image];
}
