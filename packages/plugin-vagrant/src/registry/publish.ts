import type { Artifact, PostProcessed, RunContext } from '@bake/plugin-sdk';
import { boxNotReady, refused } from '../messages.ts';
import { Api, type ApiAnswer, complaintOf } from '../publish/api.ts';
import { type BoxUpload, boxUpload, goesDirectly } from '../publish/box-upload.ts';
import { publishedArtifact } from '../publish/published-artifact.ts';
import { Undo } from '../publish/undo.ts';
import { accessOf } from './access.ts';
import type { RegistryConfig } from './component.ts';
import { tokenSource } from './token.ts';

/** What all steps need. */
interface Publishing {
  readonly config: RegistryConfig;
  readonly box: BoxUpload;
  readonly api: Api;
  readonly undo: Undo;
  readonly context: RunContext;
  readonly paths: Paths;
}

/** Where the service has things. */
interface Paths {
  readonly boxes: string;
  readonly box: string;
  readonly version: string;
  readonly provider: string;
  readonly architecture: string;
}

/** Makes what is not there of box, version, provider and architecture, uploads the file, and releases the version. */
export async function publish(
  config: RegistryConfig,
  input: Artifact,
  context: RunContext,
): Promise<PostProcessed> {
  const box = await boxUpload(config, input, context);
  const access = accessOf(config);
  const isInsecure = config.insecure_skip_tls_verify && !access.isPublic;
  const token = tokenSource(access, isInsecure, context);
  const api = new Api({ base: access.api, token, isInsecure }, context);
  const undo = new Undo(api, context);
  const publishing = { config, box, api, undo, context, paths: pathsOf(config, box) };
  await createBox(publishing);
  const state = await createVersion(publishing);
  await createProvider(publishing);
  await createArchitecture(publishing);
  if (box.url === undefined) await upload(publishing);
  await release(publishing, state);
  undo.keep();
  const builderId = 'hashicorp.post-processor.vagrant-registry';
  return { artifact: publishedArtifact(builderId, box.provider, config.box_tag), keepInput: true };
}

function pathsOf({ box_tag, version }: RegistryConfig, upload: BoxUpload): Paths {
  const [registry = '', name = ''] = box_tag.split('/').map(encodeURIComponent);
  const root = `/vagrant/2022-09-30/registry/${registry}`;
  const box = `${root}/box/${name}`;
  const versionPath = `${box}/version/${encodeURIComponent(version)}`;
  const provider = `${versionPath}/provider/${encodeURIComponent(upload.provider)}`;
  const architecture = `${provider}/architecture/${encodeURIComponent(upload.architecture)}`;
  return { boxes: `${root}/boxes`, box, version: versionPath, provider, architecture };
}

/** What is there; nothing if there is no such thing. */
async function find(
  { api }: Publishing,
  path: string,
  what: string,
): Promise<ApiAnswer | undefined> {
  const answer = await api.request('GET', path);
  if (answer.isOk) return answer;
  if (answer.status === 404) return undefined;
  throw refused(`retrieving ${what}`, answer.status, complaintOf(answer));
}

async function createBox(publishing: Publishing): Promise<void> {
  const { config, undo, context, paths } = publishing;
  const { box_tag: tag, box_description: description, box_private: isPrivate } = config;
  if (await find(publishing, paths.box, 'box')) {
    context.ui.say(`Found box and verified accessible: ${tag}`);
    return;
  }
  const data = {
    name: tag.split('/')[1],
    ...(description ? { description } : {}),
    ...(isPrivate ? { is_private: true } : {}),
  };
  const making = { label: `box ${tag}`, what: 'box', list: paths.boxes, path: paths.box };
  const { body } = await undo.make({ ...making, body: data });
  context.ui.say(`Created new box: ${tag}`);
  await awaitOperation(publishing, body['operation']);
}

/** A box is made in the background: the answer names the operation to wait for. */
interface Operation {
  readonly id?: string;
  readonly state?: string;
  readonly error?: { readonly message?: string };
  readonly location?: { readonly organization_id?: string; readonly project_id?: string };
}

async function awaitOperation({ config, api, context }: Publishing, begun: unknown): Promise<void> {
  let operation = begun as Operation | undefined;
  if (operation?.id === undefined) return;
  context.ui.say('Waiting for box to become available...');
  const { id, location } = operation;
  const place = `/organizations/${location?.organization_id}/projects/${location?.project_id}`;
  const path = `/operation/2020-05-05${place}/operations/${id}/wait?timeout=20s`;
  // The service may answer before it is done; each time it is given twenty seconds.
  for (let tries = 0; tries < 6 && operation?.state !== 'DONE'; tries += 1) {
    const { body } = await api.demand('GET', path, 'waiting for the box');
    operation = body['operation'] as Operation | undefined;
  }
  if (operation?.error) throw refused('creating box', 500, operation.error.message ?? '');
  if (operation?.state !== 'DONE') throw boxNotReady(config.box_tag);
}

/** Gives the state of the version, as the service has it. */
async function createVersion(publishing: Publishing): Promise<unknown> {
  const { config, undo, context, paths } = publishing;
  const { version, version_description: description, box_tag: tag } = config;
  const found = await find(publishing, paths.version, 'version');
  if (found !== undefined) {
    context.ui.say('Version exists, skipping creation');
    return stateIn(found);
  }
  const data = { name: version, ...(description ? { description } : {}) };
  const answer = await undo.make({
    label: `version ${version} of ${tag}`,
    what: 'version',
    list: `${paths.box}/versions`,
    body: data,
    path: paths.version,
  });
  context.ui.say(`Created new version: ${version}`);
  return stateIn(answer);
}

function stateIn({ body }: ApiAnswer): unknown {
  return (body['version'] as Readonly<Record<string, unknown>> | undefined)?.['state'];
}

async function createProvider(publishing: Publishing): Promise<void> {
  const { config, box, undo, context, paths } = publishing;
  if (await find(publishing, paths.provider, 'provider')) {
    context.ui.say('Provider exists, skipping creation');
    return;
  }
  await undo.make({
    label: `provider ${box.provider} of ${config.box_tag} ${config.version}`,
    what: 'provider',
    list: `${paths.version}/providers`,
    body: { name: box.provider },
    path: paths.provider,
  });
  context.ui.say(`Created new provider: ${box.provider}`);
}

async function createArchitecture(publishing: Publishing): Promise<void> {
  const { config, box, api, undo, paths } = publishing;
  const { url, checksum, architecture, isDefault } = box;
  const data = {
    ...(url === undefined ? {} : { download_url: url }),
    ...(checksum === undefined
      ? { checksum_type: 'NONE' }
      : { checksum_type: checksum.type.toUpperCase(), checksum: checksum.value }),
  };
  if (await find(publishing, paths.architecture, 'architecture')) {
    await api.demand('PUT', paths.architecture, 'updating architecture', { box_data: data });
    return;
  }
  const wanted = {
    architecture_type: architecture,
    ...(isDefault ? { default: true } : {}),
    box_data: data,
  };
  await undo.make({
    label: `box for ${box.provider} on ${architecture} of ${config.box_tag} ${config.version}`,
    what: 'architecture',
    list: `${paths.provider}/architectures`,
    body: wanted,
    path: paths.architecture,
  });
}

async function upload(publishing: Publishing): Promise<void> {
  const { config, box, api, context, paths } = publishing;
  const { file } = box;
  const isDirect = await goesDirectly(config, box, context);
  context.ui.say(`Preparing upload of box: ${file}`);
  let object = '';
  const place = async (): Promise<string> => {
    const path = `${paths.architecture}${isDirect ? '/direct' : ''}/upload`;
    const { body } = await api.demand('GET', path, 'preparing upload');
    object = String(body['object'] ?? '');
    return String(body['url']);
  };
  context.ui.say(`Uploading box: ${file}`);
  await api.upload(file, place, { isOurs: false });
  context.ui.say('Box successfully uploaded');
  if (!isDirect) return;
  const path = `${paths.architecture}/direct/complete/${encodeURIComponent(object)}`;
  await api.demand('PUT', path, 'confirming upload');
}

async function release(publishing: Publishing, state: unknown): Promise<void> {
  const { config, api, context, paths } = publishing;
  if (config.no_release) {
    context.ui.say('Not releasing version due to configuration');
  } else if (state !== undefined && state !== 'UNRELEASED') {
    context.ui.say('Version not in unreleased state, skipping release');
  } else {
    context.ui.say(`Releasing version: ${config.version}`);
    await api.demand('PUT', `${paths.version}/release`, 'releasing version');
    context.ui.say('Version successfully released and available');
  }
}
