import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Artifact,
  isFailure,
  makeFolders,
  type PostProcessed,
  placeFile,
  type RunContext,
} from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { hostArchitecture } from '../box/architecture.ts';
import { type BoxFile, byName, flat } from '../box/box-file.ts';
import { type BoxParts, makers } from '../box/contents.ts';
import { isReference, type ProviderName, providerFor, providerNames } from '../box/providers.ts';
import { boxVagrantfile } from '../box/vagrantfile.ts';
import { writeBox } from '../box/write-box.ts';
import {
  addToCatalog,
  type BoxPlace,
  checkCatalog,
  removeFromCatalog,
} from '../catalog/catalog.ts';
import { fileFailure, outputIsInput, unknownArtifact } from '../messages.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { boxArtifact } from './box-artifact.ts';
import type { BoxConfig, BoxOptions, CatalogConfig } from './component.ts';

/** What templates see beside the values of the build. */
type Facts = Readonly<Record<'ArtifactId' | 'Architecture' | 'BuildName' | 'Provider', string>>;

/** Makes a box of an artifact. */
export async function makeBox(
  config: BoxConfig,
  input: Artifact,
  context: RunContext,
): Promise<PostProcessed> {
  const provider = (config.provider_override || providerFor(input)) as ProviderName | undefined;
  if (provider === undefined) throw unknownArtifact(input.builderId, providerNames);
  const options = optionsFor(config, provider);
  const architecture = options.architecture || hostArchitecture();
  const facts: Facts = {
    ArtifactId: input.id,
    Architecture: architecture,
    BuildName: context.build.sourceName,
    Provider: provider,
  };
  context.ui.say(`Creating Vagrant box for '${provider}' provider`);
  const output = renderForBuild(options.output || defaultOutput, context, facts);
  assertOther(output, input);
  if (config.catalog !== undefined) await checkCatalog(config.catalog);
  const { parts, sha256 } = await writeParts({ provider, options, output, facts }, input, context);
  const box = { path: output, sha256, provider: parts.metadata.provider, architecture };
  const entered = config.catalog && (await enterOrRemove(config.catalog, box, facts, context));
  const artifact = boxArtifact(provider, output, async () => {
    await rm(output, { force: true });
    if (entered !== undefined) await removeFromCatalog(entered, context);
  });
  return { artifact, ...keeping(provider) };
}

const defaultOutput = 'packer_{{ .BuildName }}_{{ .Provider }}_{{ .Architecture }}.box';

/** A box that only names an image is of no use without it; an image in an engine of this computer may be had elsewhere. */
function keeping(provider: ProviderName): Omit<PostProcessed, 'artifact'> {
  if (!isReference(provider)) return { keepInput: false };
  return provider === 'docker' ? { keepInput: true } : { keepInput: true, mustKeepInput: true };
}

function optionsFor(config: BoxConfig, provider: ProviderName): BoxOptions {
  const own = Object.entries(config.override?.[provider] ?? {});
  return { ...config, ...Object.fromEntries(own.filter(([, value]) => value !== undefined)) };
}

function assertOther(output: string, { files }: Artifact): void {
  if (files.some((file) => resolve(file) === resolve(output))) throw outputIsInput(output);
}

interface Wish {
  readonly provider: ProviderName;
  readonly options: BoxOptions;
  readonly output: string;
  readonly facts: Facts;
}

interface Written {
  readonly parts: BoxParts;
  readonly sha256: string;
}

async function writeParts(
  { provider, options, output, facts }: Wish,
  input: Artifact,
  context: RunContext,
): Promise<Written> {
  const { signal, ui } = context;
  const scratch = await scratchFolder('bake-box-', context);
  try {
    const parts = await makers[provider](input, scratch.path);
    const custom = await customVagrantfile(options, facts, context);
    const files = boxFiles(parts, options, facts.Architecture, custom);
    await makeFolders(dirname(output), context);
    const level = options.compression_level ?? -1;
    const sha256 = await placeFile(output, context, (path) =>
      writeBox(path, files, { level, signal, ui }),
    );
    return { parts, sha256 };
  } catch (error) {
    signal.throwIfAborted();
    throw isFailure(error) ? error : fileFailure('write', output, error);
  } finally {
    await scratch.remove();
  }
}

/** Small files first: whoever wants to know what a box is need not read all of it. */
function boxFiles(
  { metadata, files = [], vagrantfile }: BoxParts,
  { include = [] }: BoxOptions,
  architecture: string,
  custom: string | undefined,
): readonly BoxFile[] {
  const own = JSON.stringify({ ...metadata, architecture });
  const text = boxVagrantfile(vagrantfile, custom);
  const all = byName([
    { name: 'metadata.json', text: `${own}\n` },
    // As in Packer, a metadata.json among them counts.
    ...flat(include),
    ...files,
    { name: 'Vagrantfile', text },
  ]);
  const isSmall = ({ name }: BoxFile): boolean => /^(metadata\.json|Vagrantfile)$/.test(name);
  const list = [...all.values()];
  return [...list.filter(isSmall), ...list.filter((file) => !isSmall(file))];
}

async function customVagrantfile(
  { vagrantfile_template: path }: BoxOptions,
  facts: Facts,
  context: RunContext,
): Promise<string | undefined> {
  if (!path) return undefined;
  context.ui.say(`Using custom Vagrantfile: ${path}`);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileFailure('read', path, error);
  });
  return renderForBuild(text, context, facts);
}

/** A box that was made. */
interface Box {
  readonly path: string;
  readonly sha256: string;
  /** As Vagrant calls it. */
  readonly provider: string;
  readonly architecture: string;
}

/** A box that could not be entered is nobody's artifact: it goes. */
async function enterOrRemove(
  catalog: CatalogConfig,
  box: Box,
  facts: Facts,
  context: RunContext,
): Promise<BoxPlace> {
  try {
    return await enter(catalog, box, facts, context);
  } catch (error) {
    await rm(box.path, { force: true });
    throw error;
  }
}

async function enter(
  { path, name, version, description, url, default_architecture }: CatalogConfig,
  { sha256, provider, architecture, path: file }: Box,
  facts: Facts,
  context: RunContext,
): Promise<BoxPlace> {
  const more = { ...facts, File: basename(file) };
  const place = { path, name, version, provider, architecture };
  await addToCatalog(
    {
      ...place,
      description: description || undefined,
      url: url ? renderForBuild(url, context, more) : pathToFileURL(resolve(file)).href,
      sha256,
      isDefault: default_architecture,
    },
    context,
  );
  return place;
}
