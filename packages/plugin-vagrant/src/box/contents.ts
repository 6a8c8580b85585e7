import type { Artifact } from '@bake/plugin-sdk';
import type { BoxFile } from './box-file.ts';
import { flat } from './box-file.ts';
import { hyperv, parallels, sandbox } from './files.ts';
import { aws, azure, digitalocean, docker, google, scaleway } from './images.ts';
import { libvirt } from './libvirt.ts';
import type { ProviderName } from './providers.ts';
import { virtualbox } from './virtualbox.ts';

/** What a provider wants in a box. */
export interface BoxParts {
  /** `metadata.json` without the architecture. `provider` is the name that Vagrant knows. */
  readonly metadata: { readonly provider: string; readonly [name: string]: string | number };
  readonly files?: readonly BoxFile[];
  /** What the box's Vagrantfile says for the provider. */
  readonly vagrantfile?: string;
}

/** Makes the parts of a box from an artifact. `folder` is an empty one to unpack things in. */
export type BoxMaker = (artifact: Artifact, folder: string) => BoxParts | Promise<BoxParts>;

/** How boxes for each provider are made. Throws a `Failure` when the artifact has not what it takes. */
export const makers: Readonly<Record<ProviderName, BoxMaker>> = {
  aws,
  azure,
  digitalocean,
  docker,
  google,
  hyperv,
  libvirt,
  parallels,
  scaleway,
  virtualbox,
  file: ({ files }) => ({ metadata: { provider: 'file' }, files: flat(files) }),
  lxc: (artifact) =>
    artifact.builderId === 'bake.sandbox'
      ? sandbox(artifact)
      : { metadata: { provider: 'lxc', version: '1.0.0' }, files: flat(artifact.files) },
  vmware: ({ files }) => ({ metadata: { provider: 'vmware_desktop' }, files: flat(files) }),
};
