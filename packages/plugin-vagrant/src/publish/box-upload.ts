import { stat } from 'node:fs/promises';
import type { Artifact, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { readMetadata } from '../box/read-box.ts';
import { noBoxFile, unknownBoxFact, wrongArtifact } from '../messages.ts';
import { boxBuilderId } from '../post-processor/box-artifact.ts';
import type { PublishConfig } from './options.ts';

/** Artifacts that can be published: whether their ID says which provider the box is for. */
const inputs: Readonly<Record<string, boolean>> = {
  [boxBuilderId]: true,
  vagrant: true,
  'packer.post-processor.artifice': false,
};

/** A box that is to be published. */
export interface BoxUpload {
  readonly file: string;
  /** As Vagrant calls it. */
  readonly provider: string;
  readonly architecture: string;
  /** Clients that are not told an architecture get this box. */
  readonly isDefault: boolean;
  /** Where the box is, if it is not to be uploaded. */
  readonly url: string | undefined;
  readonly checksum: { readonly type: string; readonly value: string } | undefined;
}

/** Names that the post-processor has for providers which Vagrant calls otherwise. */
const vagrantNames: Readonly<Record<string, string>> = {
  digitalocean: 'digital_ocean',
  vmware: 'vmware_desktop',
};

/** Finds out all that is to be said of a box. Throws a `Failure` when the artifact is none. */
export async function boxUpload(
  config: PublishConfig,
  input: Artifact,
  context: RunContext,
): Promise<BoxUpload> {
  const { builderId, files, id } = input;
  const namesProvider = Object.hasOwn(inputs, builderId) ? inputs[builderId] : undefined;
  if (namesProvider === undefined) throw wrongArtifact(builderId);
  const [file] = files;
  if (!file?.endsWith('.box')) throw noBoxFile(files);
  const named = namesProvider ? vagrantNames[id] || id : undefined;
  const needsMetadata = !named || !config.architecture;
  const metadata = needsMetadata ? await readMetadata(file, context.signal) : undefined;
  const provider = named || metadata?.provider;
  const architecture = config.architecture || metadata?.architecture;
  if (!provider) throw unknownBoxFact('provider', file);
  if (!architecture) throw unknownBoxFact('architecture', file);
  const facts = { ArtifactId: id, Provider: provider, Architecture: architecture };
  const { box_download_url: url, box_checksum: checksum } = config;
  const [type = '', value = ''] = (checksum ?? '').split(/:(.*)/);
  return {
    file,
    provider,
    architecture,
    isDefault: architecture === config.default_architecture,
    url: url ? renderForBuild(url, context, facts) : undefined,
    checksum: checksum ? { type, value } : undefined,
  };
}

/** Above this size backends refuse what is uploaded to them directly. */
const directLimit = 5 * 2 ** 30;

/** Whether the box goes to the backend itself, and not through the service. */
export async function goesDirectly(
  { no_direct_upload: isOff }: PublishConfig,
  { file }: BoxUpload,
  { ui }: Pick<RunContext, 'ui'>,
): Promise<boolean> {
  if (isOff) return false;
  const { size } = await stat(file);
  if (size <= directLimit) return true;
  ui.say(`${file} is larger than what can be uploaded directly: it goes through the service`);
  return false;
}
