import type { Artifact, PostProcessed, RunContext } from '@bake/plugin-sdk';
import { alreadyReleased, refused, wrongBox } from '../messages.ts';
import { Api, complaintOf } from '../publish/api.ts';
import { type BoxUpload, boxUpload, goesDirectly } from '../publish/box-upload.ts';
import { publishedArtifact } from '../publish/published-artifact.ts';
import { Undo } from '../publish/undo.ts';
import { isPublic, tokenOf } from './access.ts';
import type { CloudConfig } from './component.ts';

/** What all steps need. */
interface Publishing {
  readonly config: CloudConfig;
  readonly box: BoxUpload;
  readonly api: Api;
  readonly undo: Undo;
  readonly context: RunContext;
}

/** Makes a version with a provider of a box that is there, uploads the file, and releases the version. */
export async function publish(
  config: CloudConfig,
  input: Artifact,
  context: RunContext,
): Promise<PostProcessed> {
  const box = await boxUpload(config, input, context);
  const api = apiOf(config, context);
  const undo = new Undo(api, context);
  const publishing: Publishing = { config, box, api, undo, context };
  const versions = await verifyBox(publishing);
  await createVersion(publishing, versions);
  await createProvider(publishing, versions);
  if (box.url === undefined) await upload(publishing);
  await release(publishing);
  undo.keep();
  const builderId = 'pearkes.post-processor.vagrant-cloud';
  return { artifact: publishedArtifact(builderId, box.provider, config.box_tag), keepInput: true };
}

function apiOf(config: CloudConfig, context: RunContext): Api {
  const token = tokenOf(config);
  if (token !== '') context.protect(token);
  const { vagrant_cloud_url: url, insecure_skip_tls_verify: skips } = config;
  return new Api(
    {
      base: url.replace(/\/+$/, ''),
      token: async () => token || undefined,
      isInsecure: skips && !isPublic(url),
    },
    context,
  );
}

/** What the service says of a version. */
interface Version {
  readonly version: string;
  readonly status?: string;
}

function boxPath({ config }: Publishing): string {
  return `/box/${config.box_tag.split('/').map(encodeURIComponent).join('/')}`;
}

function versionPath(publishing: Publishing): string {
  return `${boxPath(publishing)}/version/${encodeURIComponent(publishing.config.version)}`;
}

function providerPath(publishing: Publishing): string {
  const { provider, architecture } = publishing.box;
  return `${versionPath(publishing)}/provider/${encodeURIComponent(provider)}/${encodeURIComponent(architecture)}`;
}

async function verifyBox(publishing: Publishing): Promise<readonly Version[]> {
  const { config, api, context } = publishing;
  await api.demand('GET', '/authenticate', 'checking the access token');
  context.ui.say(`Verifying box is accessible: ${config.box_tag}`);
  const { body } = await api.demand('GET', boxPath(publishing), 'retrieving box');
  if (body['tag'] !== config.box_tag) throw wrongBox(config.box_tag);
  return Array.isArray(body['versions']) ? body['versions'] : [];
}

async function createVersion(publishing: Publishing, versions: readonly Version[]): Promise<void> {
  const { config, undo, context } = publishing;
  const { version, version_description: description, box_tag: tag } = config;
  context.ui.say(`Creating version: ${version}`);
  if (versions.some((one) => one.version === version)) {
    context.ui.say('Version exists, skipping creation');
    return;
  }
  const body = { version: { version, ...(description ? { description } : {}) } };
  await undo.make({
    label: `version ${version} of ${tag}`,
    what: 'version',
    list: `${boxPath(publishing)}/versions`,
    body,
    path: versionPath(publishing),
  });
}

/** A provider that an upload which was cut has left in a version which nobody gets yet is taken over. */
async function createProvider(publishing: Publishing, versions: readonly Version[]): Promise<void> {
  const { config, box, api, undo, context } = publishing;
  const { provider, architecture, url, checksum, isDefault } = box;
  context.ui.say(`Creating provider: ${provider}`);
  const body = {
    provider: {
      name: provider,
      architecture,
      ...(isDefault ? { default_architecture: true } : {}),
      ...(url === undefined ? {} : { url }),
      ...(checksum === undefined ? {} : { checksum_type: checksum.type, checksum: checksum.value }),
    },
  };
  const path = providerPath(publishing);
  const there = versions.find((one) => one.version === config.version);
  if (there !== undefined && (await api.request('GET', path)).isOk) {
    if (there.status !== 'unreleased')
      throw alreadyReleased(config.version, provider, architecture);
    context.ui.say('Provider exists, its box is replaced');
    await api.demand('PUT', path, 'updating provider', body);
    return;
  }
  await undo.make({
    label: `provider ${provider} of ${config.box_tag} ${config.version}`,
    what: 'provider',
    list: `${versionPath(publishing)}/providers`,
    body,
    path,
  });
}

async function upload(publishing: Publishing): Promise<void> {
  const { config, box, api, context } = publishing;
  const { file } = box;
  const isDirect = await goesDirectly(config, box, context);
  context.ui.say(`Preparing upload of box: ${file}`);
  let callback: unknown;
  const place = async (): Promise<string> => {
    const path = `${providerPath(publishing)}/upload${isDirect ? '/direct' : ''}`;
    const { body } = await api.demand('GET', path, 'preparing upload');
    callback = body['callback'];
    return String(body['upload_path']);
  };
  context.ui.say(`Uploading box: ${file}`);
  await api.upload(file, place, { isOurs: !isDirect });
  context.ui.say('Box successfully uploaded');
  if (!isDirect) return;
  context.ui.say('Confirming direct box upload completion');
  await api.demand('PUT', String(callback), 'confirming upload');
}

async function release(publishing: Publishing): Promise<void> {
  const { config, api, context } = publishing;
  if (config.no_release) {
    context.ui.say('Not releasing version due to configuration');
    return;
  }
  context.ui.say(`Releasing version: ${config.version}`);
  const answer = await api.request('PUT', `${versionPath(publishing)}/release`);
  if (answer.isOk) context.ui.say('Version successfully released and available');
  else if (/already been released/.test(complaintOf(answer))) {
    context.ui.say('Not releasing version, already released');
  } else throw refused('releasing version', answer.status, complaintOf(answer));
}
