import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders, placeFile, type RunContext } from '@bake/plugin-sdk';
import { takeLock } from '@bake/plugin-sdk/vm';
import { badCatalog, fileFailure, otherBox } from '../messages.ts';

/** Where in which catalogue a box stands. */
export interface BoxPlace {
  /** The catalogue's file. */
  readonly path: string;
  /** Of the box that the catalogue is about. */
  readonly name: string;
  readonly version: string;
  /** As Vagrant calls it. */
  readonly provider: string;
  readonly architecture: string;
}

/** What a catalogue says of a box. */
export interface CatalogEntry extends BoxPlace {
  readonly description: string | undefined;
  readonly url: string;
  readonly sha256: string;
  /** Vagrant takes it where it is not told an architecture. */
  readonly isDefault: boolean;
}

/** The format that Vagrant reads. What others wrote into it stays as it is. */
interface Catalog {
  readonly name: string;
  readonly description?: string | undefined;
  readonly versions: readonly Version[];
}

interface Version {
  readonly version: string;
  readonly providers: readonly Provider[];
}

interface Provider {
  readonly name: string;
  readonly architecture?: string;
}

type Context = Pick<RunContext, 'journal' | 'onCleanup' | 'signal' | 'ui'>;

/** Throws the `Failure` that entering a box would, before there is one. */
export async function checkCatalog({ path, name }: Pick<BoxPlace, 'path' | 'name'>): Promise<void> {
  await read(path, name);
}

/**
 * Enters a box in a catalogue, in place of what stood there for the same version, provider and architecture. Builds
 * that share a catalogue wait for each other. Throws a `Failure` when the file is no catalogue, or one of another box.
 */
export async function addToCatalog(entry: CatalogEntry, context: Context): Promise<void> {
  context.ui.say(`Entering version ${entry.version} of ${entry.name} in ${entry.path}`);
  await change(entry, context, (catalog) => withEntry(catalog, entry));
}

/** Takes a box out of a catalogue again; a version without boxes goes with it. */
export async function removeFromCatalog(place: BoxPlace, context: Context): Promise<void> {
  // The build that made the entry may have been cancelled.
  const signal = new AbortController().signal;
  await change(place, { ...context, signal }, (catalog) => without(catalog, place));
}

async function change(
  { path, name }: BoxPlace,
  context: Context,
  edit: (catalog: Catalog) => Catalog,
): Promise<void> {
  const unlock = await lock(path, context);
  try {
    const text = `${JSON.stringify(edit(await read(path, name)), undefined, 2)}\n`;
    await placeFile(path, context, (part) => writeFile(part, text, { mode: 0o644 })).catch(
      (error: unknown) => {
        throw fileFailure('write', path, error);
      },
    );
  } finally {
    await unlock();
  }
}

/** Has the folder made, too: the lock is in it. Gives how to let go. */
async function lock(path: string, context: Context): Promise<() => Promise<void>> {
  const { signal, ui } = context;
  const onWait = (): void => ui.say(`Waiting for another build that has ${path}`);
  try {
    await makeFolders(dirname(path), context);
    return await takeLock(`${path}.lock`, { signal, onWait });
  } catch (error) {
    signal.throwIfAborted();
    throw fileFailure('write', path, error);
  }
}

async function read(path: string, name: string): Promise<Catalog> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw fileFailure('read', path, error);
  });
  if (text === undefined) return { name, versions: [] };
  const catalog = parse(text);
  if (catalog === undefined) throw badCatalog(path);
  if (catalog.name !== name) throw otherBox(path, catalog.name, name);
  return catalog;
}

function parse(text: string): Catalog | undefined {
  try {
    const { name, versions = [], ...rest } = JSON.parse(text) as Partial<Catalog>;
    const isWhole =
      Array.isArray(versions) && versions.every((version) => Array.isArray(version.providers));
    return typeof name === 'string' && isWhole ? { name, ...rest, versions } : undefined;
  } catch {
    return undefined;
  }
}

function withEntry(catalog: Catalog, entry: CatalogEntry): Catalog {
  const { version, provider, architecture, url, sha256, isDefault, description } = entry;
  const old = without(catalog, entry, true);
  const added = {
    name: provider,
    url,
    checksum_type: 'sha256',
    checksum: sha256,
    architecture,
    default_architecture: isDefault,
  };
  const there = old.versions.find((one) => one.version === version);
  const providers = [...(there?.providers ?? []), added].toSorted(byProvider);
  const changed = { ...(there ?? { version, status: 'active' }), providers };
  const others = old.versions.filter((one) => one !== there);
  return {
    ...old,
    ...(description === undefined ? {} : { description }),
    versions: [...others, changed].toSorted((a, b) => compareVersions(a.version, b.version)),
  };
}

function without(catalog: Catalog, place: BoxPlace, keepsVersion = false): Catalog {
  const isIt = ({ name, architecture }: Provider): boolean =>
    name === place.provider && (architecture ?? place.architecture) === place.architecture;
  const versions = catalog.versions.map((one) =>
    one.version === place.version
      ? { ...one, providers: one.providers.filter((provider) => !isIt(provider)) }
      : one,
  );
  const isKept = (one: Version): boolean =>
    keepsVersion || one.version !== place.version || one.providers.length > 0;
  return { ...catalog, versions: versions.filter(isKept) };
}

function byProvider(a: Provider, b: Provider): number {
  const key = ({ name, architecture = '' }: Provider): string => `${name} ${architecture}`;
  return key(a) < key(b) ? -1 : 1;
}

/** Numbers by their value, so that 1.10 comes after 1.9: Vagrant itself looks at the order no more than people do. */
function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
